import { describe, expect, it } from 'vitest'
import { configDirs, discoverObs } from '../../../../../src/engine/obs/installed/discover'
import type { ObsHost } from '../../../../../src/engine/obs/installed/discover'
import { memoryFiles } from './memory-files'

const linux: ObsHost = { platform: 'linux', env: {}, home: '/home/ada' }
const windows: ObsHost = {
  platform: 'win32',
  env: { APPDATA: 'C:\\Users\\Ada\\AppData\\Roaming' },
  home: 'C:\\Users\\Ada',
}
const mac: ObsHost = { platform: 'darwin', env: {}, home: '/Users/ada' }

const ini = (lines: readonly string[]): string =>
  `\uFEFF[General]\r\nLastVersion=1\r\n\r\n[OBSWebSocket]\r\n${lines.join('\r\n')}\r\n`
const json = (settings: Record<string, unknown>): string => JSON.stringify(settings)

describe('where OBS keeps its files', () => {
  it.each([
    [
      'linux',
      linux,
      ['/home/ada/.config/obs-studio', '/home/ada/.var/app/com.obsproject.Studio/config/obs-studio'],
    ],
    ['windows', windows, ['C:\\Users\\Ada\\AppData\\Roaming\\obs-studio']],
    ['macOS', mac, ['/Users/ada/Library/Application Support/obs-studio']],
  ])('%s', (_, host, dirs) => expect(configDirs(host, null)).toEqual(dirs))

  it('follows XDG_CONFIG_HOME', () => {
    const host = { ...linux, env: { XDG_CONFIG_HOME: '/cfg' } }
    expect(configDirs(host, null)[0]).toBe('/cfg/obs-studio')
  })

  it('takes a directory that the user named, the one above it or a portable root', () => {
    expect(configDirs(windows, 'D:\\obs')).toEqual([
      'D:\\obs',
      'D:\\obs\\obs-studio',
      'D:\\obs\\config\\obs-studio',
    ])
  })
})

describe('discoverObs', () => {
  it('reads global.ini of OBS 28 to 30.1', async () => {
    const files = memoryFiles({
      '/home/ada/.config/obs-studio/global.ini': ini([
        'ServerEnabled=true',
        'ServerPort=4460',
        'AuthRequired=true',
        'ServerPassword=pa\\\\ss=1',
      ]),
    })
    expect(await discoverObs(files, linux, null)).toEqual({
      ok: true,
      value: {
        configDir: '/home/ada/.config/obs-studio',
        port: 4460,
        password: 'pa\\ss=1',
        recordingStopsWithStream: null,
      },
    })
  })

  it('prefers config.json of OBS 30.2 and newer over the global.ini left behind', async () => {
    const dir = 'C:\\Users\\Ada\\AppData\\Roaming\\obs-studio'
    const files = memoryFiles({
      [`${dir}\\global.ini`]: ini(['ServerEnabled=false', 'ServerPort=1', 'ServerPassword=old']),
      [`${dir}\\user.ini`]: '[BasicWindow]\nRecordWhenStreaming=true\nKeepRecordingWhenStreamStops=false\n',
      [`${dir}\\plugin_config\\obs-websocket\\config.json`]: json({
        server_enabled: true,
        server_port: 4455,
        auth_required: true,
        server_password: 'new',
        future_key: 1,
      }),
    })
    expect(await discoverObs(files, windows, null)).toEqual({
      ok: true,
      value: { configDir: dir, port: 4455, password: 'new', recordingStopsWithStream: true },
    })
  })

  it('gives no password where none is asked for', async () => {
    const files = memoryFiles({
      '/Users/ada/Library/Application Support/obs-studio/plugin_config/obs-websocket/config.json': json({
        server_enabled: true,
        auth_required: false,
        server_password: 'unused',
      }),
    })
    expect(await discoverObs(files, mac, null)).toMatchObject({
      ok: true,
      value: { port: 4455, password: null },
    })
  })

  it('falls back to global.ini when config.json is broken', async () => {
    const dir = '/home/ada/.config/obs-studio'
    const files = memoryFiles({
      [`${dir}/plugin_config/obs-websocket/config.json`]: '{"server_ena',
      [`${dir}/global.ini`]: ini(['ServerEnabled=true', 'ServerPort=99999', 'AuthRequired=false']),
    })
    expect(await discoverObs(files, linux, null)).toMatchObject({ ok: true, value: { port: 4455 } })
  })

  it('finds a Flatpak OBS whose server is on beside a native one whose server is off', async () => {
    const flatpak = '/home/ada/.var/app/com.obsproject.Studio/config/obs-studio'
    const files = memoryFiles({
      '/home/ada/.config/obs-studio/global.ini': ini(['ServerEnabled=false']),
      [`${flatpak}/global.ini`]: ini(['ServerEnabled=true']),
    })
    expect(await discoverObs(files, linux, null)).toMatchObject({ ok: true, value: { configDir: flatpak } })
  })

  it('says that the websocket is off', async () => {
    const files = memoryFiles({ '/home/ada/.config/obs-studio/global.ini': '[General]\nFirstRun=true\n' })
    expect(await discoverObs(files, linux, null)).toEqual({
      ok: false,
      problem: { code: 'obs-websocket-off' },
    })
  })

  it('says that no OBS was found', async () => {
    expect(await discoverObs(memoryFiles({}), linux, null)).toEqual({
      ok: false,
      problem: { code: 'obs-not-found' },
    })
  })
})
