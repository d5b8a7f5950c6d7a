import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Problem, Result } from '../../../../../src/core/problem'
import { configSchema } from '../../../../../src/shared/settings/config'
import { nodeAtomicDisk } from '../../../../../src/host/atomic-file'
import { loadConfig, saveConfig } from '../../../../../src/engine/store/config/config-file'
import { useTempDir } from '../../../../support/temp-dir'

const tempDir = useTempDir()
const put = (text: string): string => {
  const path = join(tempDir(), 'config.json')
  writeFileSync(path, text)
  return path
}
const problemOf = (result: Result<unknown>): Problem => {
  if (result.ok) throw new Error('expected a problem')
  return result.problem
}
const reasonFor = (value: unknown): string => {
  const found = problemOf(loadConfig(put(JSON.stringify(value))))
  expect(found.code).toBe('config-invalid')
  return String(found.params?.['reason'])
}
const config = configSchema.parse({
  backups: [{ source: { url: 'rtmp://cam/live/a' } }],
})

describe('loadConfig', () => {
  it('takes a missing file for not set up', () => {
    const loaded = loadConfig(join(tempDir(), 'none.json'))
    expect(loaded).toMatchObject({ ok: true, value: { exists: false, secretsPresent: false } })
    expect(loaded.ok && loaded.value.config.backups).toEqual([])
  })

  it('fills in what is not said and merges the policy', () => {
    const loaded = loadConfig(put('\uFEFF{"policy": {"obs": {"stallMs": 9000}}}'))
    expect(loaded).toMatchObject({
      ok: true,
      value: { exists: true, policy: { obs: { stallMs: 9000, hungAfterMs: 3000 } } },
    })
  })

  it('says line and column of bad JSON and never quotes it', () => {
    const found = problemOf(loadConfig(put('{\n  "destination": {"key": "live_secret" oops}\n}')))
    expect(found).toMatchObject({ code: 'config-unreadable' })
    expect(found.params?.['reason']).toContain('line 2, column 40')
    expect(JSON.stringify(found)).not.toContain('live_secret')
  })

  it('tells an empty file and a folder apart from bad JSON', () => {
    expect(problemOf(loadConfig(put('  \n'))).params?.['reason']).toBe('the file is empty')
    const dir = join(tempDir(), 'config.json')
    mkdirSync(dir)
    expect(problemOf(loadConfig(dir))).toMatchObject({
      code: 'config-unreadable',
      params: { reason: 'it is a folder' },
    })
  })

  it('refuses one from a newer version, whatever else is in it', () => {
    expect(problemOf(loadConfig(put('{"version": 7, "hologram": true}')))).toMatchObject({
      code: 'config-newer',
      params: { version: 7, known: 1 },
    })
  })

  it.each<readonly [unknown, string]>([
    [{ bakups: [] }, 'bakups is not known, was "backups" meant?'],
    [{ obs: { prot: 1 } }, 'obs.prot is not known, was "port" meant?'],
    [
      { backups: [{ source: { url: 'a', transprt: 'tcp' } }] },
      'backups[0].source.transprt is not known, was "transport" meant?',
    ],
    [
      {
        backups: [
          { source: { url: 'a' }, ingest: { kind: 'mediamtx', url: 'https://h:1', fingerprnt: 'x' } },
        ],
      },
      'was "fingerprint" meant?',
    ],
    [{ obs: { port: 'x' } }, 'obs.port must be a number'],
    [{ obs: { port: 70000 } }, 'obs.port must be at most 65535'],
    [{ destination: { url: 'http://x' } }, 'destination.url must be a URL that begins with rtmp://'],
    [
      { destination: { takeover: { kind: 'magic' } } },
      'destination.takeover.kind is none of the kinds that are known (none, query, backup-url)',
    ],
    [
      { backups: [{ source: { url: 'a', transport: 'pigeon' } }] },
      'backups[0].source.transport must be "tcp" or "udp"',
    ],
    [{ backups: [{}] }, 'backups[0].source must be an object'],
    [[], 'the file must be an object'],
  ])('says in words what is wrong with %j', (value, words) => {
    expect(reasonFor(value)).toContain(words)
  })

  it('names every issue and quotes no value', () => {
    const reason = reasonFor({ obs: { password: 5 }, destination: { key: 7, url: 'hunter2' }, colour: 'red' })
    expect(reason).toMatch(/obs\.password.*destination\.(url|key).*colour/)
    expect(reason).not.toContain('hunter2')
  })

  it.each([
    [{ policy: { obs: { stalMs: 1 } } }, 'obs.stalMs'],
    [{ policy: { obs: { stallMs: 'x' } } }, 'obs.stallMs'],
    [{ policy: { obbs: {} } }, 'obbs'],
  ])('names the wrong number of the policy in %j', (value, key) => {
    expect(problemOf(loadConfig(put(JSON.stringify(value))))).toMatchObject({
      code: 'policy-invalid',
      params: { key },
    })
  })

  it.each<readonly [unknown, boolean]>([
    [{}, false],
    [{ obs: { password: 'p' } }, true],
    [{ destination: { key: 'k' } }, true],
    [{ backups: [{ source: { url: 'rtsp://u:p@cam/1' } }] }, true],
    [{ backups: [{ source: { url: 'https://cdn/live.m3u8?token=1' } }] }, true],
    [{ backups: [{ source: { url: 'rtsp://cam/1@2' } }] }, false],
  ])('tells whether %j holds a secret', (value, present) => {
    expect(loadConfig(put(JSON.stringify(value)))).toMatchObject({
      ok: true,
      value: { secretsPresent: present },
    })
  })
})

describe('saveConfig', () => {
  it('writes privately what it reads back the same', () => {
    const path = put('{}')
    expect(saveConfig(path, config)).toEqual({ ok: true, value: undefined })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(loadConfig(path)).toMatchObject({ ok: true, value: { config } })
    expect(readdirSync(join(path, '..'))).toEqual(['config.json'])
  })

  it('keeps a copy of a file that could not be read', () => {
    const path = put('{"mine": ')
    saveConfig(path, config)
    expect(readFileSync(`${path}.broken-1`, 'utf8')).toBe('{"mine": ')
    writeFileSync(path, 'another')
    saveConfig(path, config)
    expect(readFileSync(`${path}.broken-2`, 'utf8')).toBe('another')
    expect(loadConfig(path).ok).toBe(true)
  })

  it('does not touch one from a newer version', () => {
    const path = put('{"version": 9}')
    expect(problemOf(saveConfig(path, config)).code).toBe('config-newer')
    expect(readFileSync(path, 'utf8')).toBe('{"version": 9}')
  })

  it('says that the disk is full and leaves the old file', () => {
    const path = put('{}')
    const disk = {
      ...nodeAtomicDisk,
      write: () => {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' })
      },
    }
    expect(problemOf(saveConfig(path, config, { disk })).code).toBe('disk-full')
    expect(readFileSync(path, 'utf8')).toBe('{}')
  })
})
