import { XMLParser } from 'fast-xml-parser'
import { expect, it } from 'vitest'
import { statXml } from '../../../src/rehearsal/destination/stat-xml'

const parse = (xml: string): unknown => new XMLParser().parse(xml)

it('tells streams as nginx-rtmp does', () => {
  const xml = statXml(
    [
      {
        name: 'live',
        streams: [
          {
            name: 'show',
            ageMs: 1234.6,
            bytesIn: 5000,
            bytesOut: 4000,
            bandwidthIn: 800_000,
            bandwidthOut: 0,
            clients: [
              { id: 3, address: '127.0.0.1', ageMs: 1000, publishing: true, timestampMs: 960 },
              { id: 4, address: '127.0.0.1', ageMs: 10, publishing: false, timestampMs: 960 },
            ],
          },
        ],
      },
    ],
    61_500,
  )
  expect(parse(xml)).toMatchObject({
    rtmp: {
      uptime: 61,
      bytes_in: 5000,
      server: {
        application: {
          name: 'live',
          live: {
            nclients: 2,
            stream: {
              name: 'show',
              time: 1235,
              bw_in: 800_000,
              bytes_in: 5000,
              bytes_out: 4000,
              nclients: 2,
              publishing: '',
              active: '',
              client: [{ id: 3, time: 1000, timestamp: 960, publishing: '', active: '' }, { id: 4 }],
            },
          },
        },
      },
    },
  })
  expect(xml.match(/<publishing\/>/g)).toHaveLength(2)
})

it('says nothing of publishing where nobody does', () => {
  const watched = { ageMs: 0, bytesIn: 0, bytesOut: 0, bandwidthIn: 0, bandwidthOut: 0 }
  const xml = statXml([{ name: 'live', streams: [{ ...watched, name: 'show', clients: [] }] }], 0)
  expect(xml).not.toContain('publishing')
})

it('survives any stream name', () => {
  const watched = { ageMs: 0, bytesIn: 0, bytesOut: 0, bandwidthIn: 0, bandwidthOut: 0, clients: [] }
  const xml = statXml([{ name: 'live', streams: [{ ...watched, name: '</name>&<"\u0007' }] }], 0)
  expect(parse(xml)).toMatchObject({
    rtmp: { server: { application: { live: { stream: { name: '</name>&<"?' } } } } },
  })
})
