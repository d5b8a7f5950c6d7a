import { concatBytes, emptyBytes, putU16, putU32, u16, u32, u8, utf8Decode, utf8Encode } from './bytes'
import { fault, type MediaFault } from './fault'

/** Values of AMF0 (Action Message Format 0, Adobe 2007), as RTMP commands and onMetaData use them. */
export type AmfValue =
  | number
  | boolean
  | string
  | null
  | undefined
  | AmfText
  | AmfDate
  | AmfEcmaArray
  | AmfObject
  | readonly AmfValue[]

/** Decoded objects have no prototype: a key may be called anything. */
export interface AmfObject {
  readonly [key: string]: AmfValue
}

/** An associative array: an object on the wire but for its marker and a count that nobody trusts. */
export class AmfEcmaArray {
  constructor(readonly entries: AmfObject) {}
}

/** A string by its bytes, which need be no UTF-8. Written only: what is read becomes a string. */
export class AmfText {
  constructor(readonly bytes: Uint8Array) {}
}

export class AmfDate {
  constructor(readonly epochMs: number) {}
}

const marker = {
  number: 0x00,
  boolean: 0x01,
  string: 0x02,
  object: 0x03,
  null: 0x05,
  undefined: 0x06,
  ecmaArray: 0x08,
  objectEnd: 0x09,
  strictArray: 0x0a,
  date: 0x0b,
  longString: 0x0c,
  unsupported: 0x0d,
  xml: 0x0f,
  typedObject: 0x10,
} as const

export interface AmfLimits {
  readonly maxDepth: number
  /** Values of all depths together. */
  readonly maxValues: number
  /** Names in all objects together: bounds what keys that are made to collide can cost. */
  readonly maxKeys: number
  /** What lies behind is not read. */
  readonly maxBytes: number
}

/** Real ones stay far below: onMetaData with an index of a day's keyframes has 86 400 numbers in 780 kB. */
export const defaultAmfLimits: AmfLimits = {
  maxDepth: 16,
  maxValues: 100_000,
  maxKeys: 4_096,
  maxBytes: 1024 * 1024,
}
/** Longest key or short string: its length has 16 bits. */
const maxShort = 0xffff

export function encodeAmf(values: readonly AmfValue[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const value of values) encodeValue(parts, value)
  return concatBytes(parts)
}

function encodeValue(parts: Uint8Array[], value: AmfValue): void {
  if (typeof value === 'number') parts.push(numberBytes(marker.number, value))
  else if (typeof value === 'boolean') parts.push(Uint8Array.of(marker.boolean, value ? 1 : 0))
  else if (typeof value === 'string') encodeString(parts, utf8Encode(value))
  else if (value instanceof AmfText) encodeString(parts, value.bytes)
  else if (value === null) parts.push(Uint8Array.of(marker.null))
  else if (value === undefined) parts.push(Uint8Array.of(marker.undefined))
  else if (value instanceof AmfDate) parts.push(numberBytes(marker.date, value.epochMs), Uint8Array.of(0, 0))
  else if (isList(value)) {
    parts.push(counted(marker.strictArray, value.length))
    for (const item of value) encodeValue(parts, item)
  } else if (value instanceof AmfEcmaArray) {
    parts.push(counted(marker.ecmaArray, Object.keys(value.entries).length))
    encodeEntries(parts, value.entries)
  } else {
    parts.push(Uint8Array.of(marker.object))
    encodeEntries(parts, value)
  }
}

/** `Array.isArray` does not narrow a readonly array out of a union. */
const isList = (value: AmfValue): value is readonly AmfValue[] => Array.isArray(value)

function encodeString(parts: Uint8Array[], bytes: Uint8Array): void {
  if (bytes.length > maxShort) parts.push(counted(marker.longString, bytes.length), bytes)
  else {
    const head = new Uint8Array(3)
    head[0] = marker.string
    putU16(head, 1, bytes.length)
    parts.push(head, bytes)
  }
}

function encodeEntries(parts: Uint8Array[], entries: AmfObject): void {
  for (const [key, value] of Object.entries(entries)) {
    const name = utf8Encode(key).subarray(0, maxShort)
    const head = new Uint8Array(2)
    putU16(head, 0, name.length)
    parts.push(head, name)
    encodeValue(parts, value)
  }
  parts.push(Uint8Array.of(0, 0, marker.objectEnd))
}

function counted(type: number, count: number): Uint8Array {
  const head = new Uint8Array(5)
  head[0] = type
  putU32(head, 1, count)
  return head
}

function numberBytes(type: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9)
  bytes[0] = type
  new DataView(bytes.buffer).setFloat64(1, value)
  return bytes
}

/**
 * All values of `bytes`. With a fault, `values` holds those that came whole before it: `too-deep`, `too-many` and `too-big`
 * for what is beyond the limits, `truncated`, `bad-structure`, `unsupported` (AMF3).
 */
export function decodeAmf(
  bytes: Uint8Array,
  limits: Partial<AmfLimits> = {},
): { readonly values: readonly AmfValue[]; readonly fault: MediaFault | null } {
  const reader = new Reader(bytes, { ...defaultAmfLimits, ...limits })
  const values: AmfValue[] = []
  while (!reader.atEnd) {
    const value = reader.value(0)
    if (reader.fault !== null) return { values, fault: reader.fault }
    values.push(value)
  }
  return { values, fault: null }
}

/** The text, or an empty one where it is something else. */
export const textOf = (value: AmfValue): string => (typeof value === 'string' ? value : '')

/** The object, or an empty one where it is something else. */
export const objectOf = (value: AmfValue): AmfObject =>
  value !== null && typeof value === 'object' && !isList(value) ? (value as AmfObject) : {}

/** Reads on after a fault would be harmless (it answers undefined), but every loop stops at one. */
class Reader {
  private at = 0
  private count = 0
  private keys = 0
  fault: MediaFault | null = null

  constructor(
    private readonly bytes: Uint8Array,
    private readonly limits: AmfLimits,
  ) {}

  get atEnd(): boolean {
    return this.at >= this.bytes.length
  }

  value(depth: number): AmfValue {
    if (depth > this.limits.maxDepth) return this.fail('too-deep')
    this.count += 1
    if (this.count > this.limits.maxValues) return this.fail('too-many')
    const type = u8(this.take(1), 0)
    if (this.fault !== null) return undefined
    switch (type) {
      case marker.number:
        return this.double()
      case marker.boolean:
        return u8(this.take(1), 0) !== 0
      case marker.string:
        return this.text(u16(this.take(2), 0))
      case marker.longString:
      case marker.xml:
        return this.text(u32(this.take(4), 0))
      case marker.object:
        return this.entries(depth)
      case marker.typedObject:
        this.text(u16(this.take(2), 0))
        return this.entries(depth)
      case marker.ecmaArray:
        this.take(4)
        return new AmfEcmaArray(this.entries(depth))
      case marker.strictArray:
        return this.list(depth, u32(this.take(4), 0))
      case marker.date: {
        const epochMs = this.double()
        this.take(2)
        return new AmfDate(epochMs)
      }
      case marker.null:
        return null
      case marker.undefined:
      case marker.unsupported:
        return undefined
      default:
        return this.fail(type === 0x11 ? 'unsupported' : 'bad-structure')
    }
  }

  private list(depth: number, count: number): readonly AmfValue[] {
    const items: AmfValue[] = []
    for (let i = 0; i < count && this.fault === null; i += 1) {
      const item = this.value(depth + 1)
      items.push(item)
    }
    return items
  }

  private entries(depth: number): AmfObject {
    const entries = Object.create(null) as Record<string, AmfValue>
    while (this.fault === null) {
      const length = u16(this.take(2), 0)
      if (length === 0 && u8(this.bytes, this.at) === marker.objectEnd) {
        this.take(1)
        break
      }
      this.keys += 1
      if (this.keys > this.limits.maxKeys) this.fail('too-many')
      const key = this.text(length)
      const value = this.value(depth + 1)
      entries[key] = value
    }
    return entries
  }

  private double(): number {
    const bytes = this.take(8)
    return bytes.length < 8 ? 0 : new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0)
  }

  private text(length: number): string {
    return utf8Decode(this.take(length))
  }

  private take(count: number): Uint8Array {
    if (this.fault !== null) return emptyBytes
    if (this.at + count > Math.min(this.bytes.length, this.limits.maxBytes)) {
      const isThere = this.at + count <= this.bytes.length
      this.fault = fault(isThere ? 'too-big' : 'truncated', 'amf0')
      return emptyBytes
    }
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }

  private fail(code: MediaFault['code']): null {
    this.fault ??= fault(code, 'amf0')
    return null
  }
}
