import { u8 } from '../bytes'

/** What an H.264 sequence parameter set says (ITU-T H.264, 7.3.2.1.1 and annex E). */
export interface AvcSps {
  /** 'Baseline', 'Main', 'High', ... or the number */
  readonly profile: string
  /** 31 is level 3.1 */
  readonly level: number
  readonly width: number
  readonly height: number
  /** From the timing in the VUI; absent when there is none. */
  readonly fps?: number
  /** Whether frames are reordered (B-frames); absent when the VUI does not say. */
  readonly bFrames?: boolean
}

const profiles: Readonly<Record<number, string>> = {
  66: 'Baseline',
  77: 'Main',
  88: 'Extended',
  100: 'High',
  110: 'High 10',
  122: 'High 4:2:2',
  244: 'High 4:4:4',
}
const withChroma = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])

/** First SPS of an AVCDecoderConfigurationRecord (ISO 14496-15, 5.2.4.1); null when there is none. */
export function spsOfAvcConfig(config: Uint8Array): AvcSps | null {
  if (config.length < 8 || (u8(config, 5) & 0x1f) === 0) return null
  const length = (u8(config, 6) << 8) | u8(config, 7)
  return length < 4 || config.length < 8 + length ? null : parseAvcSps(config.subarray(8, 8 + length))
}

/** `nal` with its header byte; null when it is no SPS or ends early. */
export function parseAvcSps(nal: Uint8Array): AvcSps | null {
  if (nal.length < 4 || (u8(nal, 0) & 0x1f) !== 7) return null
  const profileIdc = u8(nal, 1)
  const constraints = u8(nal, 2)
  const bits = new Bits(unescape(nal.subarray(4)))
  bits.ue() // seq_parameter_set_id
  const chroma = withChroma.has(profileIdc) ? chromaFields(bits) : { format: 1, separate: false }
  bits.ue() // log2_max_frame_num_minus4
  const pocType = bits.ue()
  if (pocType === 0) bits.ue()
  else if (pocType === 1) {
    bits.skip(1)
    bits.ue()
    bits.ue()
    const cycle = bits.ue()
    for (let i = 0; i < cycle && !bits.over; i += 1) bits.ue()
  }
  bits.ue() // max_num_ref_frames
  bits.skip(1)
  const widthMbs = bits.ue() + 1
  const heightUnits = bits.ue() + 1
  const frameMbsOnly = bits.flag()
  if (!frameMbsOnly) bits.skip(1)
  bits.skip(1) // direct_8x8_inference_flag
  const crop = bits.flag() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0]
  const [left = 0, right = 0, top = 0, bottom = 0] = crop
  const subX = chroma.separate || chroma.format === 0 || chroma.format === 3 ? 1 : 2
  const subY = (chroma.separate || chroma.format !== 1 ? 1 : 2) * (frameMbsOnly ? 1 : 2)
  const width = widthMbs * 16 - (left + right) * subX
  const height = heightUnits * 16 * (frameMbsOnly ? 1 : 2) - (top + bottom) * subY
  if (bits.over || width <= 0 || height <= 0) return null
  const vui = bits.flag() ? vuiFields(bits) : {}
  const name = profileIdc === 66 && (constraints & 0x40) !== 0 ? 'Constrained Baseline' : profiles[profileIdc]
  return {
    profile: name ?? String(profileIdc),
    level: u8(nal, 3),
    width,
    height,
    ...(profileIdc === 66 ? { bFrames: false } : {}),
    ...vui,
  }
}

function chromaFields(bits: Bits): { readonly format: number; readonly separate: boolean } {
  const format = bits.ue()
  const separate = format === 3 && bits.flag()
  bits.ue()
  bits.ue()
  bits.skip(1)
  if (bits.flag())
    for (let i = 0; i < (format === 3 ? 12 : 8); i += 1) if (bits.flag()) scalingList(bits, i < 6 ? 16 : 64)
  return { format, separate }
}

function scalingList(bits: Bits, size: number): void {
  let last = 8
  let next = 8
  for (let i = 0; i < size && !bits.over; i += 1) {
    if (next !== 0) next = (last + bits.se() + 256) & 0xff
    last = next === 0 ? last : next
  }
}

function vuiFields(bits: Bits): { readonly fps?: number; readonly bFrames?: boolean } {
  if (bits.flag() && bits.read(8) === 255) bits.skip(32) // aspect ratio, Extended_SAR
  if (bits.flag()) bits.skip(1) // overscan
  if (bits.flag()) {
    bits.skip(4) // video format, full range
    if (bits.flag()) bits.skip(24) // colour description
  }
  if (bits.flag()) {
    bits.ue() // chroma location
    bits.ue()
  }
  let fps: number | undefined
  if (bits.flag()) {
    const unitsInTick = bits.read(32)
    const timeScale = bits.read(32)
    bits.skip(1)
    if (unitsInTick > 0 && timeScale > 0) fps = Math.round((timeScale / unitsInTick / 2) * 1000) / 1000
  }
  const nalHrd = bits.flag()
  if (nalHrd) hrd(bits)
  const vclHrd = bits.flag()
  if (vclHrd) hrd(bits)
  if (nalHrd || vclHrd) bits.skip(1)
  bits.skip(1) // pic_struct_present_flag
  let bFrames: boolean | undefined
  if (bits.flag()) {
    bits.skip(1)
    for (let i = 0; i < 4; i += 1) bits.ue()
    bFrames = bits.ue() > 0 // max_num_reorder_frames
  }
  return bits.over
    ? {}
    : { ...(fps === undefined ? {} : { fps }), ...(bFrames === undefined ? {} : { bFrames }) }
}

function hrd(bits: Bits): void {
  const count = Math.min(bits.ue() + 1, 32)
  bits.skip(8)
  for (let i = 0; i < count; i += 1) {
    bits.ue()
    bits.ue()
    bits.skip(1)
  }
  bits.skip(20)
}

/** Takes the emulation prevention bytes out (00 00 03). */
function unescape(bytes: Uint8Array): Uint8Array {
  const out: number[] = []
  let zeros = 0
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    zeros = byte === 0 ? zeros + 1 : 0
    out.push(byte)
  }
  return Uint8Array.from(out)
}

/** Bit reader; past the end it reads zeros and `over` says so. */
class Bits {
  private at = 0
  over = false

  constructor(private readonly bytes: Uint8Array) {}

  read(count: number): number {
    let value = 0
    for (let i = 0; i < count; i += 1) {
      if (this.at >= this.bytes.length * 8) this.over = true
      value = value * 2 + ((u8(this.bytes, this.at >> 3) >> (7 - (this.at & 7))) & 1)
      this.at += 1
    }
    return value
  }

  flag(): boolean {
    return this.read(1) === 1
  }

  skip(count: number): void {
    this.read(count)
  }

  /** Exp-Golomb, unsigned. */
  ue(): number {
    let zeros = 0
    while (!this.over && zeros < 32 && this.read(1) === 0) zeros += 1
    return 2 ** zeros - 1 + this.read(zeros)
  }

  se(): number {
    const value = this.ue()
    return value % 2 === 0 ? -value / 2 : (value + 1) / 2
  }
}
