import { execFileSync } from 'node:child_process'
import { historySeries, type History, type HistorySeries } from '../../src/shared/history/history'
import { encodeHistory } from '../../src/shared/history/history-codec'
import { makeSettings } from '../support/app/settings'
import type { AddRoutes } from '../../src/engine/server/routes/route'

/** A record like that of a real evening: OBS wavers, fails now and then, the backup stands in. */
export function madeHistory(hours: number, now = Date.now()): History {
  const count = hours * 7_200
  const wall = Float64Array.from({ length: count }, (_, index) => now - (count - index) * 500)
  const column = (value: (index: number) => number): Float32Array =>
    Float32Array.from({ length: count }, (_, index) => value(index))
  // Two minutes every hour and a half on the backup, and once shortly before now.
  const away = (index: number): boolean =>
    index % 10_800 > 10_560 || (index > count - 300 && index < count - 180)
  const wave = (index: number, period: number): number => Math.sin((index * 2 * Math.PI) / period)
  const of = (values: Record<HistorySeries, (index: number) => number>) =>
    Object.fromEntries(historySeries.map((name) => [name, column(values[name])])) as Record<
      HistorySeries,
      Float32Array
    >
  const trouble = (index: number): number => Math.max(0, wave(index, 2_400) - 0.8) * 5
  const marks: { wall: number; id: string }[] = [{ wall: wall[0] ?? now, id: 'obs' }]
  for (let index = 1; index < count; index += 1) {
    if (away(index) !== away(index - 1))
      marks.push({ wall: wall[index] ?? now, id: away(index) ? 'backup' : 'obs' })
  }
  return {
    systems: [
      {
        id: 'obs',
        wall,
        values: of({
          bitrateKbps: (index) =>
            away(index)
              ? NaN
              : 6_000 + 180 * wave(index, 37) + 90 * wave(index, 11) - 2_500 * trouble(index) * 0.6,
          dropShare: (index) => (away(index) ? NaN : trouble(index) * 0.09),
          congestion: (index) => (away(index) ? NaN : 0.03 + 0.02 * wave(index, 90) + trouble(index) * 0.5),
          fps: () => 60,
        }),
      },
      {
        id: 'backup',
        wall,
        values: of({
          bitrateKbps: (index) => 4_480 + 120 * wave(index, 23),
          dropShare: () => NaN,
          congestion: () => NaN,
          fps: () => 30,
        }),
      },
    ],
    onAir: marks,
  }
}

/** A picture as a system shows it, made by ffmpeg. */
const jpegOf = (source: string): Buffer =>
  execFileSync(
    'ffmpeg',
    ['-v', 'error', '-f', 'lavfi', '-i', source, '-frames:v', '1', '-f', 'mjpeg', 'pipe:1'],
    { timeout: 20_000 },
  )

/** History, pictures and set-up as an engine would give them. */
export function sightAnswers(history: () => History): AddRoutes {
  const pictures: Readonly<Record<string, Buffer>> = {
    obs: jpegOf('testsrc2=size=320x180:rate=1'),
    backup: jpegOf('smptehdbars=size=320x180:rate=1'),
    slate: jpegOf('gradients=size=320x180:rate=1:c0=0x1b2b4b:c1=0x4a2b6b:nb_colors=2'),
  }
  return (app) => {
    app.get('/api/settings', (context) => context.json(makeSettings()))
    app.get('/api/history', (context) =>
      context.body(encodeHistory(history()), 200, { 'Content-Type': 'application/octet-stream' }),
    )
    app.get('/api/picture/:id', (context) => {
      const picture = pictures[context.req.param('id')]
      if (picture === undefined) return context.notFound()
      return context.body(new Uint8Array(picture), 200, { 'Content-Type': 'image/jpeg' })
    })
  }
}
