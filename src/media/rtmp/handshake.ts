import type { ByteQueue } from '../bytes'
import { concatBytes, emptyBytes, u8 } from '../bytes'
import { fault, type MediaFault } from '../fault'

/** RTMP 1.0, 5.2: version byte and two packets of 1536 bytes each way. The plain form: every server still takes it. */
const packetBytes = 1536
const version = 3

/** Bytes a client writes and reads before the first chunk: what acknowledgements leave out (measured: nginx-rtmp). */
export const handshakeBytes = 1 + 2 * packetBytes

/**
 * C1 or S1: time 0, four zero bytes (they announce the form without digests) and filler that has to be hard to
 * compress, not secret: a peer tells its own echo by it.
 */
function greeting(seed: number): Uint8Array {
  const packet = new Uint8Array(packetBytes)
  let state = seed >>> 0 || 1
  for (let i = 8; i < packetBytes; i += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    packet[i] = state
  }
  return packet
}

export interface HandshakeStep {
  readonly send: Uint8Array
  readonly done: boolean
  readonly fault: MediaFault | null
}

/** Takes what it needs from the queue and leaves the chunks that follow. The client's first packet comes from `hello`. */
export class Handshake {
  private state: 'version' | 'greeting' | 'echo' | 'done' = 'version'

  constructor(
    private readonly role: 'client' | 'server',
    private readonly seed = 0x5eed,
  ) {}

  /** The peer's first packet has come whole: C1 to a server, S1 to a client. */
  get greeted(): boolean {
    return this.state === 'echo' || this.state === 'done'
  }

  /** C0 and C1; nothing for a server, that answers. */
  hello(): Uint8Array {
    return this.role === 'client' ? concatBytes([Uint8Array.of(version), greeting(this.seed)]) : emptyBytes
  }

  read(queue: ByteQueue): HandshakeStep {
    const send: Uint8Array[] = []
    for (;;) {
      if (this.state === 'version') {
        const first = queue.take(1)
        if (first === null) break
        if (u8(first, 0) !== version)
          return {
            send: emptyBytes,
            done: false,
            fault: fault(u8(first, 0) === 6 ? 'unsupported' : 'bad-signature', 'rtmp handshake'),
          }
        this.state = 'greeting'
      } else if (this.state === 'greeting') {
        const theirs = queue.take(packetBytes)
        if (theirs === null) break
        if (this.role === 'server') send.push(Uint8Array.of(version), greeting(this.seed))
        send.push(theirs)
        this.state = 'echo'
      } else if (this.state === 'echo') {
        if (queue.take(packetBytes) === null) break
        this.state = 'done'
      } else break
    }
    return { send: concatBytes(send), done: this.state === 'done', fault: null }
  }
}
