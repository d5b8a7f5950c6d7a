import type { FlvTag } from '../../media/flv'

/** What waits between OBS's encoders and its socket. */
export interface Packet {
  readonly tag: FlvTag
  readonly what: 'video' | 'keyframe' | 'audio' | 'header'
}

/** OBS shows congestion as a share of this, and enters its drop state above it (rtmp-stream.c: 700 ms, 900 ms for p-frames). */
const congestedMs = 700
const dropMs = 900
/** With fewer packets OBS reports no congestion (rtmp-stream.c, check_to_drop_frames). */
const leastPackets = 5

/**
 * OBS's send queue: when its span in time passes 900 ms every frame that is no keyframe is dropped, and those that
 * come are too, until the next keyframe. Sound is never dropped. Congestion is only worked out when video comes.
 */
export class SendQueue {
  private packets: Packet[] = []
  private state: 'open' | 'congested' | 'dropping' = 'open'
  private lastCongestion = 0
  private droppedFrames = 0

  get length(): number {
    return this.packets.length
  }
  get dropped(): number {
    return this.droppedFrames
  }
  /** 0..1 */
  get congestion(): number {
    return this.state === 'open' ? this.lastCongestion : 1
  }

  push(packet: Packet): void {
    if (packet.what === 'video' || packet.what === 'keyframe') this.judge(packet)
    if (packet.what === 'keyframe') this.state = 'open'
    if (packet.what === 'video' && this.state === 'dropping') this.droppedFrames += 1
    else this.packets.push(packet)
  }

  peek(): Packet | undefined {
    return this.packets[0]
  }
  shift(): Packet | undefined {
    return this.packets.shift()
  }

  /** Before a connect attempt: empty, nothing dropped. */
  reset(): void {
    this.packets = []
    this.state = 'open'
    this.lastCongestion = 0
    this.droppedFrames = 0
  }

  private judge(next: Packet): void {
    const first = this.packets.find(({ what }) => what === 'video')
    if (first === undefined || this.packets.length < leastPackets) {
      this.lastCongestion = 0
      return
    }
    const spanMs = next.tag.timestampMs - first.tag.timestampMs
    this.lastCongestion = Math.min(1, spanMs / congestedMs)
    if (spanMs > congestedMs && this.state === 'open') this.state = 'congested'
    if (spanMs > dropMs) {
      this.state = 'dropping'
      const kept = this.packets.filter(({ what }) => what !== 'video')
      this.droppedFrames += this.packets.length - kept.length
      this.packets = kept
    }
  }
}
