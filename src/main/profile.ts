import { app } from 'electron'
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { defaultDataDir } from '../shared/data-dir'
import { namedDataDir } from './command-line'

export type Profile =
  { readonly ok: true; readonly dataDir: string } | { readonly ok: false; readonly text: string }

/**
 * The data directory, and in it the profile of the window. One shell a data directory, as there is one engine: the lock
 * of single instances stands in the profile, so another data directory needs a profile of its own.
 */
export function openProfile(words: readonly string[]): Profile {
  const dataDir = resolve(
    namedDataDir(words) ?? defaultDataDir({ platform: process.platform, env: process.env, home: homedir() }),
  )
  if (app.commandLine.hasSwitch('user-data-dir')) return { ok: true, dataDir }
  const profile = join(dataDir, 'window')
  try {
    mkdirSync(profile, { recursive: true, mode: 0o700 })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ok: false, text: `The data directory cannot be used: ${reason}` }
  }
  app.setPath('userData', profile)
  return { ok: true, dataDir }
}
