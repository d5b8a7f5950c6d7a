import { decodeAmf, encodeAmf } from '../src/media/amf0'
import { concatBytes } from '../src/media/bytes'
import type { MediaFault, MediaFaultCode } from '../src/media/fault'
import { FlvDemuxer } from '../src/media/flv'
import { RtmpClientSession } from '../src/media/rtmp/client-session'
import { Handshake } from '../src/media/rtmp/handshake'
import { RtmpServerSession, type ServerStep } from '../src/media/rtmp/server-session'
import { flvStream, pieces, publisherChunks, serverChunks, someValue, spoil, strangerChunks } from './inputs'
import type { Random } from './random'
import { Stage } from './stage'

const codes: Readonly<Record<MediaFaultCode, true>> = {
  'bad-signature': true,
  'bad-structure': true,
  truncated: true,
  'too-big': true,
  'too-deep': true,
  'too-many': true,
  unsupported: true,
}

/** Null: fine. Else what was not as it has to be. Throws where a codec does: that is a crash. */
export type Target = (random: Random) => string | null

const faultOf = (fault: MediaFault | null): string | null =>
  fault === null || (Object.hasOwn(codes, fault.code) && fault.where !== '') ? null : 'fault-without-code'

/** A feed's own bytes, as ffmpeg's standard output brings them. */
const flv: Target = (random) => {
  const stage = new Stage()
  const demuxer = new FlvDemuxer({ maxTagBytes: 64 * 1024 })
  let wrong: string | null = null
  let over = false
  for (const piece of pieces(random, spoil(random, flvStream(random)))) {
    const { tags, fault } = demuxer.push(piece)
    wrong ??= faultOf(fault)
    if (over && tags.length > 0) wrong ??= 'tags-after-fault'
    for (const tag of tags) stage.take(tag)
    over = fault !== null
  }
  stage.end()
  return wrong ?? stage.wrong
}

const shaken = new Handshake('client').hello()

/** A publisher at the local ingest's door. */
const door: Target = (random) => {
  const stage = new Stage()
  const session = new RtmpServerSession({ limits: {} })
  const key = 'k3y-of-the-door'
  const hello = random.chance(0.9)
    ? concatBytes([shaken, random.bytes(1536)])
    : spoil(random, concatBytes([shaken, random.bytes(1536)]))
  let published = false
  let over = false
  const wrongs: string[] = []
  const note = (what: string | null): void => {
    if (what !== null) wrongs.push(what)
  }
  const follow = (step: ServerStep): void => {
    for (const event of step.events) {
      if (over) note('event-after-fault')
      switch (event.type) {
        case 'question': {
          const { kind, app, name } = event.question
          const yes = app === 'live' && (kind === 'connect' || (kind === 'publish' && name === key))
          published ||= yes && kind === 'publish'
          follow(yes ? session.accept() : session.reject('NetStream.Publish.BadName'))
          break
        }
        case 'tag':
          if (published) stage.take(event.tag)
          break
        case 'goodbye':
          break
        case 'fault':
          note(faultOf(event.fault))
          over = true
      }
    }
  }
  for (const piece of pieces(random, concatBytes([hello, spoil(random, publisherChunks(random, key))])))
    follow(session.receive(piece))
  stage.end()
  return wrongs[0] ?? stage.wrong
}

/** What a peer gets at most that never shows the right key and reads nothing: answers to a few dozen messages. */
const strangerAnswerBytes = 64 * 1024

/** Somebody without the key at the door: it costs a bounded answer, and its media goes nowhere. */
const stranger: Target = (random) => {
  const session = new RtmpServerSession()
  const hello = concatBytes([shaken, random.bytes(1536)])
  let sent = 0
  let wrong: string | null = null
  let over = false
  for (const piece of pieces(random, concatBytes([hello, strangerChunks(random)]))) {
    let step: ServerStep | null = session.receive(piece, sent)
    while (step !== null) {
      if (over && (step.events.length > 0 || step.send.length > 0)) wrong ??= 'event-after-fault'
      sent += step.send.length
      let next: ServerStep | null = null
      for (const event of step.events) {
        if (event.type === 'fault') {
          wrong ??= faultOf(event.fault)
          over = true
        } else if (event.type === 'question')
          next =
            event.question.kind === 'connect' ? session.accept() : session.reject('NetStream.Publish.BadName')
      }
      step = next
    }
  }
  if (session.stage === 'admitted') wrong ??= 'let-in'
  return wrong ?? (sent > strangerAnswerBytes ? 'answers-unbounded' : null)
}

/** A destination that answers our publisher. */
const destination: Target = (random) => {
  const session = new RtmpClientSession({
    app: 'live',
    tcUrl: 'rtmp://x/live',
    key: 'k',
    seed: random.next(),
  })
  const hello = session.start()
  const answer = concatBytes([Uint8Array.of(3), random.bytes(1536), hello.subarray(1, 1537)])
  const bytes = concatBytes([
    random.chance(0.9) ? answer : spoil(random, answer),
    spoil(random, serverChunks(random)),
  ])
  let wrong: string | null = null
  let over = false
  for (const piece of pieces(random, bytes)) {
    for (const event of session.receive(piece).events) {
      if (over) wrong ??= 'event-after-end'
      if (event.type === 'fault') wrong ??= faultOf(event.fault)
      if (event.type === 'refused' && event.status === '') wrong ??= 'refused-without-status'
      over ||= event.type === 'fault' || event.type === 'refused'
    }
  }
  if (session.stage === 'publishing')
    session.publish({ type: 9, timestampMs: random.next(), payload: random.bytes(random.below(50)) })
  return wrong
}

const amf: Target = (random) => {
  const bytes = encodeAmf([someValue(random, 0), someValue(random, 0)])
  const { values, fault } = decodeAmf(spoil(random, bytes))
  return faultOf(fault) ?? (values.length > 600 ? 'too-many-values' : null)
}

/** Each with its share of the inputs. */
export const targets: readonly (readonly [name: string, target: Target, share: number])[] = [
  ['flv', flv, 4],
  ['door', door, 4],
  ['stranger', stranger, 1],
  ['destination', destination, 2],
  ['amf', amf, 1],
]
