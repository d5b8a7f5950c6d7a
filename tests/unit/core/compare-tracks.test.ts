import { describe, expect, it } from 'vitest'
import { compareTracks } from '../../../src/core/compare-tracks'
import type { Track } from '../../../src/core/words'

const video: Track = { type: 'video', codec: 'h264', width: 1920, height: 1080, fps: 60, profile: 'High' }
const audio: Track = { type: 'audio', codec: 'aac', sampleRateHz: 48_000, channels: 2 }

describe('compareTracks', () => {
  it('finds nothing between equals', () => {
    expect(compareTracks([video, audio], [audio, video])).toEqual([])
  })

  it('names resolution, fps and profile with both values', () => {
    const backup: Track = { ...video, width: 1280, height: 720, fps: 30, profile: 'Main' }
    expect(compareTracks([video, audio], [backup, audio])).toEqual([
      { what: 'resolution', track: 'video', primary: '1920x1080', backup: '1280x720' },
      { what: 'fps', track: 'video', primary: '60', backup: '30' },
      { what: 'profile', track: 'video', primary: 'High', backup: 'Main' },
    ])
  })

  it('does not compare the profiles of two codecs', () => {
    expect(compareTracks([video], [{ ...video, codec: 'hevc', profile: 'Main' }])).toEqual([
      { what: 'codec', track: 'video', primary: 'h264', backup: 'hevc' },
    ])
  })

  it.each([
    [29.97, 30, true],
    [59.94, 60, true],
    [23.976, 24, true],
    [24, 25, false],
  ])('takes %d and %d fps as the same: %s', (one, other, same) => {
    expect(compareTracks([{ ...video, fps: one }], [{ ...video, fps: other }])).toHaveLength(same ? 0 : 1)
  })

  it('takes the profiles that every player decodes alike as the same', () => {
    const constrained = { ...video, profile: 'Constrained Baseline' }
    expect(compareTracks([constrained], [{ ...video, profile: 'baseline' }])).toEqual([])
  })

  it('says what is missing, but not what the backup has on top', () => {
    expect(compareTracks([video, audio], [video])).toEqual([
      { what: 'missing-audio', track: 'audio', primary: 'aac', backup: 'none' },
    ])
    expect(compareTracks([audio], [audio, video])).toEqual([])
    expect(compareTracks([video, audio], [])).toHaveLength(2)
  })

  it('names sound differences', () => {
    expect(compareTracks([audio], [{ ...audio, sampleRateHz: 44_100, channels: 1 }])).toEqual([
      { what: 'sample-rate', track: 'audio', primary: '48000', backup: '44100' },
      { what: 'channels', track: 'audio', primary: '2', backup: '1' },
    ])
  })

  it('concludes nothing from what is not known', () => {
    expect(
      compareTracks(
        [video, audio],
        [
          { type: 'video', codec: 'H264' },
          { type: 'audio', codec: 'aac' },
        ],
      ),
    ).toEqual([])
  })
})
