import { XMLParser } from 'fast-xml-parser'
import { utf8, wireNames } from '../../shared/addresses/rtmp-names'
import type { Destination } from '../ports'
import { fetchText } from './http-text'
import type { Look, Witness } from './look'

/** A page of statistics has some 1.5 kB a stream. */
const maxBytes = 4 * 1024 * 1024

export interface NginxStatOptions {
  readonly url: string
  /** null while the destination is not known. */
  readonly destination: () => Destination | null
}

/** Where nginx-rtmp files a stream: application and name as they travel, without their parameters. */
export interface StreamPlace {
  readonly app: string
  readonly name: string
}

/** nginx-rtmp's `/stat`. */
export function nginxStatWitness({ url, destination }: NginxStatOptions): Witness {
  return {
    proof: 'server',
    look: async (timeoutMs) => {
      const place = placeOf(destination())
      if (place === null) return { kind: 'unknown' }
      const reply = await fetchText({ url, timeoutMs, maxBytes })
      if (reply === null || reply.status !== 200) return { kind: 'unknown' }
      return readStat(reply.text, place)
    },
  }
}

/** `rtmp://host/live` and `key?x=1` -> live, key. null where it is no RTMP destination. */
export function placeOf(destination: Destination | null): StreamPlace | null {
  if (destination === null || !/^\s*rtmps?:/i.test(destination.url)) return null
  const read = wireNames(destination.url, destination.key)
  if (!read.ok) return null
  // nginx-rtmp takes an instance or one slash from the end, then what follows a `?` (ngx_rtmp_cmd_module.c, connect).
  const filed = read.names.app.replace(/(.)\/_definst_$|\/$/, '$1').split('?', 1)[0] ?? ''
  const name = read.names.name.split('?', 1)[0] ?? ''
  if (destination.key !== '') return filed === '' || name === '' ? null : { app: filed, name }
  // The whole address was given in one: its last part is the key.
  const [app = '', ...parts] = filed.split('/').filter((part) => part !== '')
  return app === '' || parts.length === 0 ? null : { app, name: parts.join('/') }
}

/**
 * What a page of statistics says of one stream. Entities are not resolved and a document type is refused, so that a
 * hostile page costs no more than its size. A page without a list of applications is no page of statistics: unknown.
 */
export function readStat(xml: string, place: StreamPlace): Look {
  // A page cut short would show no stream where there is one.
  if (/<!(DOCTYPE|ENTITY)/i.test(xml) || !xml.trimEnd().endsWith('</rtmp>')) return { kind: 'unknown' }
  let parsed: unknown
  try {
    parsed = parser.parse(xml)
  } catch {
    return { kind: 'unknown' }
  }
  const servers = list(at(parsed, 'rtmp'), 'server')
  if (servers.length === 0) return { kind: 'unknown' }
  const applications = servers.flatMap((server) => list(server, 'application'))
  if (applications.length === 0) return { kind: 'unknown' }
  const streams = applications
    .filter((application) => text(at(application, 'name')) === place.app)
    .flatMap((application) => list(at(application, 'live'), 'stream'))
    .filter((stream) => text(at(stream, 'name')) === shown(place.name))
    .filter((stream) => at(stream, 'publishing') !== undefined)
  // Names that look alike on this page: it does not tell which of them is ours.
  if (streams.length > 1 && shown(place.name) !== place.name) return { kind: 'unknown' }
  const [held] = streams
  // A name without a publisher: only viewers that wait.
  if (held === undefined) return { kind: 'absent' }
  const bytes = Number(text(at(held, 'bytes_in')))
  return text(at(held, 'bytes_in')) === '' || !Number.isFinite(bytes)
    ? { kind: 'unknown' }
    : { kind: 'seen', bytes }
}

/** A name as the page shows it: up to a NUL, a space for each byte that is no printable ASCII (measured, nginx-rtmp 1.2.2). */
const shown = (name: string): string =>
  Array.from(name.split('\0', 1)[0] ?? '', (char) =>
    /[ -~]/.test(char) ? char : ' '.repeat(char === '\ufffd' ? 1 : utf8(char).length),
  )
    .join('')
    .trim()

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: true,
  processEntities: false,
})

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const at = (value: unknown, name: string): unknown =>
  isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined

/** Children of one name: the parser gives one as itself, several as an array. */
function list(value: unknown, name: string): readonly unknown[] {
  const child = at(value, name)
  return child === undefined ? [] : Array.isArray(child) ? (child as readonly unknown[]) : [child]
}

/** nginx escapes names; the five entities of XML are all that it writes. */
function text(value: unknown): string {
  if (typeof value !== 'string') return ''
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return value.replace(/&(lt|gt|quot|apos|amp);/g, (_all, entity: string) => entities[entity] ?? '')
}
