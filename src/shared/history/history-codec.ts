import { historySeries, type History, type HistorySeries, type SystemHistory } from './history'

/**
 * The wire form of `GET /api/history`, little endian:
 *
 * | bytes | what |
 * |---|---|
 * | 4 | `UHi1` |
 * | u16, u32 | systems, marks |
 * | a system | id, u32 points, f64 first wall, u32 a point: ms since the first, then each series: u8 1 and f32 a point, or u8 0: never known |
 * | a mark | f64 wall, u8 1 and an id, or u8 0: nobody |
 *
 * An id is a u16 and as many UTF-16 code units, a u16 each. Eight hours of one system are 0.7 to 1.2 MB; as JSON they would be ten times
 * the time to read.
 */
const magic = 0x31694855

const isKnown = (column: Float32Array): boolean => column.some((value) => !Number.isNaN(value))

/** @param history columns of equal length; walls are whole ms and rise by less than 2^32 (49 days) in all. */
export function encodeHistory(history: History): Uint8Array<ArrayBuffer> {
  const systems = history.systems.map((system) => ({
    ...system,
    name: system.id,
    columns: historySeries.map((series) => ({
      values: system.values[series],
      known: isKnown(system.values[series]),
    })),
  }))
  const marks = history.onAir.map((mark) => ({
    wall: mark.wall,
    name: mark.id,
  }))
  const size =
    10 +
    sum(systems, ({ name, wall, columns }) => {
      const series = sum(columns, ({ known }) => 1 + (known ? 4 * wall.length : 0))
      return 2 + 2 * name.length + 12 + 4 * wall.length + series
    }) +
    sum(marks, ({ name }) => 9 + (name === null ? 0 : 2 + 2 * name.length))
  const out = new Writer(size)
  out.u32(magic)
  out.u16(systems.length)
  out.u32(marks.length)
  for (const { name, wall, columns } of systems) {
    out.name(name)
    const first = wall[0] ?? 0
    out.u32(wall.length)
    out.f64(first)
    for (const each of wall) out.u32(each - first)
    for (const { values, known } of columns) {
      out.u8(known ? 1 : 0)
      if (known) for (const value of values) out.f32(value)
    }
  }
  for (const { wall, name } of marks) {
    out.f64(wall)
    out.u8(name === null ? 0 : 1)
    if (name !== null) out.name(name)
  }
  return out.bytes
}

/** Null: these bytes are no history, or not a whole one. */
export function decodeHistory(bytes: Uint8Array): History | null {
  const from = new Reader(bytes)
  try {
    if (from.u32() !== magic) return null
    const systemCount = from.u16()
    const markCount = from.u32()
    const systems: SystemHistory[] = []
    for (let i = 0; i < systemCount; i++) systems.push(readSystem(from))
    const onAir: History['onAir'][number][] = []
    for (let i = 0; i < markCount; i++)
      onAir.push({ wall: from.f64(), id: from.u8() === 0 ? null : from.name() })
    return from.left === 0 ? { systems, onAir } : null
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

function readSystem(from: Reader): SystemHistory {
  const id = from.name()
  const points = from.u32()
  // A count that the bytes cannot hold must not reserve memory.
  if (points * 4 > from.left) throw new RangeError('points')
  const first = from.f64()
  const wall = new Float64Array(points)
  for (let i = 0; i < points; i++) wall[i] = first + from.u32()
  const column = (): Float32Array => {
    const values = new Float32Array(points)
    if (from.u8() === 0) return values.fill(Number.NaN)
    for (let i = 0; i < points; i++) values[i] = from.f32()
    return values
  }
  const values: Record<HistorySeries, Float32Array> = {
    bitrateKbps: column(),
    dropShare: column(),
    congestion: column(),
    fps: column(),
  }
  return { id, wall, values }
}

const sum = <T>(list: readonly T[], size: (each: T) => number): number =>
  list.reduce((total, each) => total + size(each), 0)

class Writer {
  readonly bytes: Uint8Array<ArrayBuffer>
  private readonly view: DataView
  private at = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
    this.view = new DataView(this.bytes.buffer)
  }

  u8(value: number): void {
    this.view.setUint8(this.at, value)
    this.at += 1
  }

  u16(value: number): void {
    this.view.setUint16(this.at, value, true)
    this.at += 2
  }

  u32(value: number): void {
    this.view.setUint32(this.at, value, true)
    this.at += 4
  }

  f32(value: number): void {
    this.view.setFloat32(this.at, value, true)
    this.at += 4
  }

  f64(value: number): void {
    this.view.setFloat64(this.at, value, true)
    this.at += 8
  }

  name(name: string): void {
    this.u16(name.length)
    for (let i = 0; i < name.length; i++) this.u16(name.charCodeAt(i))
  }
}

/** Reading past the end throws a RangeError, as DataView does. */
class Reader {
  private readonly view: DataView
  private at = 0

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  u8(): number {
    return this.view.getUint8(this.step(1))
  }

  u16(): number {
    return this.view.getUint16(this.step(2), true)
  }

  u32(): number {
    return this.view.getUint32(this.step(4), true)
  }

  f32(): number {
    return this.view.getFloat32(this.step(4), true)
  }

  f64(): number {
    return this.view.getFloat64(this.step(8), true)
  }

  name(): string {
    const length = this.u16()
    if (2 * length > this.left) throw new RangeError('name')
    let name = ''
    for (let i = 0; i < length; i++) name += String.fromCharCode(this.u16())
    return name
  }

  private step(size: number): number {
    const before = this.at
    this.at += size
    return before
  }
}
