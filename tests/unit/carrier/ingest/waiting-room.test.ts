import { describe, expect, it } from 'vitest'
import {
  crowdedOut,
  crowdSize,
  graceMs,
  roomSize,
  type Waiting,
} from '../../../../src/carrier/ingest/waiting-room'
import type { ServerStage } from '../../../../src/media/rtmp/server-session'

interface Named extends Waiting {
  readonly name: string
}

const guest = (name: string, stage: ServerStage, since: number, movedAt = since): Named => ({
  name,
  stage,
  since,
  movedAt,
})
const crowd = (count: number, stage: ServerStage, since = 0): Named[] =>
  Array.from({ length: count }, (_, i) => guest(`${stage} ${i}`, stage, since + i / 100))
const names = (guests: readonly Named[]): readonly string[] => guests.map(({ name }) => name)

describe('the waiting room', () => {
  it('sends nobody away while there is room', () => {
    expect(crowdedOut(crowd(roomSize, 'silent'), 10_000)).toEqual({ leave: [], againMs: null })
  })

  it('sends away who has got least far, and among those who came first', () => {
    const all = [
      ...crowd(roomSize - 2, 'shaken'),
      guest('greeted', 'greeted', 0),
      guest('old', 'silent', 10),
      guest('older', 'silent', 5),
    ]
    expect(names(crowdedOut(all, 10_000).leave)).toEqual(['older'])
    expect(names(crowdedOut([...all, guest('young', 'silent', 9_999)], 10_000).leave)).toEqual([
      'older',
      'old',
    ])
    const shaken = crowd(roomSize + 1, 'shaken')
    expect(names(crowdedOut(shaken, 10_000).leave)).toEqual(['shaken 0'])
  })

  it('gives everybody a time that nobody else can shorten, and looks again when it is over', () => {
    const all = [...crowd(roomSize, 'greeted', 0), guest('OBS', 'silent', 300)]
    expect(crowdedOut(all, 300)).toEqual({ leave: [], againMs: 100 })
    expect(names(crowdedOut(all, graceMs).leave)).toEqual(['greeted 0'])
    expect(names(crowdedOut(all, 300 + graceMs).leave)).toEqual(['OBS'])
  })

  it('lets nobody who has not come past its connect push out one who has, nor the other way', () => {
    const behind = crowd(roomSize, 'connected')
    const before = crowd(roomSize + 5, 'silent')
    expect(crowdedOut([...behind, guest('OBS', 'silent', 10_000)], 10_000).leave).toEqual([])
    const { leave } = crowdedOut([...behind, ...before], 10_000)
    expect(leave.length).toBe(5)
    expect(leave.every(({ stage }) => stage === 'silent')).toBe(true)
    const created = guest('created', 'created', 0)
    expect(names(crowdedOut([...behind, created], 10_000).leave)).toEqual(['connected 0'])
  })

  it('is never larger than its crowd: who has stood still longest goes first', () => {
    const others = crowd(crowdSize, 'greeted', 0)
    const moving = guest('OBS', 'silent', 0, 50)
    const { leave } = crowdedOut([moving, ...others], 100)
    expect(names(leave)).toEqual(['greeted 0'])
    expect(crowdedOut(crowd(2_000, 'silent'), 100).leave.length).toBe(2_000 - crowdSize)
    expect(crowdedOut(crowd(2_000, 'silent'), 10_000).leave.length).toBe(2_000 - roomSize)
  })

  it('OBS gets in at its slowest pace past 500 others a second that have come as far as it', () => {
    for (const stage of ['silent', 'greeted', 'shaken', 'connected', 'created'] as const) {
      let room: Named[] = []
      const obs = guest('OBS', stage, 1_000)
      for (let at = 0; at < 1_240; at += 2) {
        room.push(guest(`other ${at}`, stage, at))
        if (at === 1_000) room.push(obs)
        const gone = new Set(crowdedOut(room, at).leave)
        room = room.filter((each) => !gone.has(each))
      }
      expect(room).toContain(obs)
      expect(room.length).toBeLessThan(crowdSize)
    }
  })
})
