import { expect, it } from 'vitest'
import { moving, movingType } from '../../../../../src/engine/server/routes/moving-picture'

type Show = (jpeg: Uint8Array | null) => void

function player() {
  const shown = new Set<Show>()
  return {
    shown,
    play: (show: Show) => {
      shown.add(show)
      return () => void shown.delete(show)
    },
    show: (jpeg: Uint8Array | null) => {
      for (const one of shown) one(jpeg)
    },
  }
}
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1')
const [, mark] = movingType.split('boundary=')

it('gives each picture as a part that the next one replaces, ended by the next one’s mark', async () => {
  const from = player()
  const reader = moving(from).getReader()
  from.show(Uint8Array.of(65, 66))
  expect(text((await reader.read()).value)).toBe(
    `--${mark}\r\nContent-Type: image/jpeg\r\nContent-Length: 2\r\n\r\nAB\r\n--${mark}\r\n`,
  )
  from.show(Uint8Array.of(67))
  expect(text((await reader.read()).value)).toBe(
    `Content-Type: image/jpeg\r\nContent-Length: 1\r\n\r\nC\r\n--${mark}\r\n`,
  )
  from.show(null)
  expect((await reader.read()).done).toBe(true)
  from.show(Uint8Array.of(68))
})

it('leaves pictures out for a page that is behind, and lets go of one that has gone', async () => {
  const from = player()
  const reader = moving(from).getReader()
  for (let each = 0; each < 50; each += 1) from.show(Uint8Array.of(97 + (each % 26)))
  expect(text((await reader.read()).value)).toContain('\r\na\r\n')
  expect(text((await reader.read()).value)).toContain('\r\nb\r\n')
  from.show(Uint8Array.of(90))
  expect(text((await reader.read()).value)).toContain('\r\nZ\r\n')
  await reader.cancel()
  expect(from.shown.size).toBe(0)
})
