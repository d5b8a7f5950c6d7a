/** One FLV tag without its header: what RTMP carries as a message and FLV files as a tag (FLV spec v10.1, annex E.4). */
export interface FlvTag {
  /** 8 audio, 9 video, 18 script data */
  readonly type: 8 | 9 | 18
  readonly timestampMs: number
  readonly payload: Uint8Array
}
