/** One stream as the page tells it. Bytes are media under this name over all its publishers; times in ms. */
export interface StatStream {
  readonly name: string
  readonly ageMs: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** bit/s */
  readonly bandwidthIn: number
  readonly bandwidthOut: number
  readonly clients: readonly StatClient[]
}

export interface StatClient {
  readonly id: number
  readonly address: string
  readonly ageMs: number
  readonly publishing: boolean
  /** Timestamp of the last media, ms on the stream's clock. */
  readonly timestampMs: number
}

export interface StatApplication {
  readonly name: string
  readonly streams: readonly StatStream[]
}

/**
 * The statistics page of nginx-rtmp 1.1.4 (`rtmp_stat all`), as far as readers of it look: same elements, same order, same
 * units (compared with the page of a real one). `<publishing/>` stands while somebody holds the name, ghosts included.
 */
export function statXml(applications: readonly StatApplication[], uptimeMs: number): string {
  const streams = applications.flatMap((application) => application.streams)
  const sum = (pick: (stream: StatStream) => number): number =>
    streams.reduce((total, stream) => total + pick(stream), 0)
  return lines(
    '<?xml version="1.0" encoding="utf-8" ?>',
    '<rtmp>',
    '<nginx_version>rehearsal</nginx_version>',
    element('uptime', Math.floor(uptimeMs / 1000)),
    element(
      'bw_in',
      sum((stream) => stream.bandwidthIn),
    ),
    element(
      'bytes_in',
      sum((stream) => stream.bytesIn),
    ),
    element(
      'bw_out',
      sum((stream) => stream.bandwidthOut),
    ),
    element(
      'bytes_out',
      sum((stream) => stream.bytesOut),
    ),
    '<server>',
    ...applications.map(applicationXml),
    '</server>',
    '</rtmp>',
    '',
  )
}

function applicationXml({ name, streams }: StatApplication): string {
  return lines(
    '<application>',
    element('name', name),
    '<live>',
    ...streams.map(streamXml),
    element(
      'nclients',
      streams.reduce((total, stream) => total + stream.clients.length, 0),
    ),
    '</live>',
    '</application>',
  )
}

function streamXml(stream: StatStream): string {
  const held = stream.clients.some((client) => client.publishing)
  return lines(
    '<stream>',
    element('name', stream.name),
    element('time', Math.round(stream.ageMs)),
    element('bw_in', stream.bandwidthIn),
    element('bytes_in', stream.bytesIn),
    element('bw_out', stream.bandwidthOut),
    element('bytes_out', stream.bytesOut),
    ...stream.clients.map(clientXml),
    element('nclients', stream.clients.length),
    ...(held ? ['<publishing/>', '<active/>'] : []),
    '</stream>',
  )
}

function clientXml(client: StatClient): string {
  return [
    '<client>',
    element('id', client.id),
    element('address', client.address),
    element('time', Math.round(client.ageMs)),
    '<dropped>0</dropped><avsync>0</avsync>',
    element('timestamp', client.timestampMs),
    client.publishing ? '<publishing/>' : '',
    '<active/></client>',
  ].join('')
}

const lines = (...parts: readonly string[]): string => parts.join('\n')

const element = (name: string, value: string | number): string =>
  `<${name}>${typeof value === 'number' ? value : escapeXml(value)}</${name}>`

const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // Control characters are not allowed in XML 1.0 at all; a peer chooses its stream's name.
    // (U+0000 to U+001F)
    .replace(/\p{Cc}/gu, '?')
