import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testClip } from '../media/clip'

/** What an OBS 29 profile, scene collection and websocket set-up are written from. */
export interface ObsFiles {
  readonly server: string
  readonly key: string
  readonly websocketPort: number
  readonly password: string
  /** OBS's own reconnect. */
  readonly reconnect: boolean
  readonly videoBitrateKbps: number
  readonly keyintSec: number
}

const FPS = 30

/**
 * Writes the files of an OBS that has been set up before: no wizard, no questions, one scene with a looped moving
 * clip, simple output with x264 ultrafast at 640x360 and 30 fps.
 * @param configDir the `obs-studio` directory below `$XDG_CONFIG_HOME`
 */
export function writeObsFiles(configDir: string, files: ObsFiles): void {
  const profileDir = join(configDir, 'basic', 'profiles', 'Rig')
  const scenesDir = join(configDir, 'basic', 'scenes')
  mkdirSync(profileDir, { recursive: true })
  mkdirSync(scenesDir, { recursive: true })
  writeFileSync(join(configDir, 'global.ini'), globalIni(files))
  writeFileSync(join(profileDir, 'basic.ini'), basicIni(files))
  writeFileSync(join(profileDir, 'service.json'), service(files))
  writeFileSync(join(scenesDir, 'Rig.json'), scenes(testClip()))
}

function globalIni({ websocketPort, password }: ObsFiles): string {
  return ini({
    // LastVersion in OBS's own coding (29.0.2): an older one would show what is new.
    General: { FirstRun: true, LastVersion: 0x1d000002, EnableAutoUpdates: false, ConfirmOnExit: false },
    Basic: { Profile: 'Rig', ProfileDir: 'Rig', SceneCollection: 'Rig', SceneCollectionFile: 'Rig' },
    // The preview costs a third of OBS's CPU where a processor draws it.
    BasicWindow: { PreviewEnabled: false, SysTrayEnabled: false },
    OBSWebSocket: {
      FirstLoad: false,
      ServerEnabled: true,
      ServerPort: websocketPort,
      AlertsEnabled: false,
      AuthRequired: true,
      ServerPassword: password,
    },
  })
}

function basicIni({ reconnect, videoBitrateKbps, keyintSec }: ObsFiles): string {
  return ini({
    General: { Name: 'Rig' },
    Video: { BaseCX: 640, BaseCY: 360, OutputCX: 640, OutputCY: 360, FPSType: 0, FPSCommon: FPS },
    Output: { Mode: 'Simple', Reconnect: reconnect },
    SimpleOutput: {
      VBitrate: videoBitrateKbps,
      ABitrate: 96,
      StreamEncoder: 'x264',
      Preset: 'ultrafast',
      // The simple mode has no keyframe interval of its own (x264's default is 250 frames), but passes this on.
      UseAdvanced: true,
      x264Settings: `keyint=${keyintSec * FPS}`,
    },
  })
}

function service({ server, key }: ObsFiles): string {
  return JSON.stringify({ type: 'rtmp_custom', settings: { server, key, use_auth: false } })
}

function scenes(clip: string): string {
  const item = {
    name: 'Clip',
    id: 1,
    visible: true,
    align: 5,
    pos: { x: 0, y: 0 },
    scale: { x: 2, y: 2 },
    bounds_type: 2,
    bounds_align: 0,
    bounds: { x: 640, y: 360 },
  }
  return JSON.stringify({
    name: 'Rig',
    current_scene: 'Scene',
    current_program_scene: 'Scene',
    scene_order: [{ name: 'Scene' }],
    sources: [
      {
        id: 'ffmpeg_source',
        versioned_id: 'ffmpeg_source',
        name: 'Clip',
        settings: { is_local_file: true, local_file: clip, looping: true, hw_decode: false },
        mixers: 255,
        volume: 1,
        enabled: true,
      },
      {
        id: 'scene',
        versioned_id: 'scene',
        name: 'Scene',
        settings: { id_counter: 1, custom_size: false, items: [item] },
        enabled: true,
      },
    ],
  })
}

function ini(
  sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>,
): string {
  return Object.entries(sections)
    .map(([name, values]) => {
      const lines = Object.entries(values).map(([key, value]) => `${key}=${String(value)}`)
      return `[${name}]\n${lines.join('\n')}\n`
    })
    .join('\n')
}
