/** What malformed media or a broken peer looks like. A codec answers it as a value and takes no more input; it never throws. */
export type MediaFaultCode =
  /** The stream does not begin as its format says. */
  | 'bad-signature'
  /** A field holds what its format does not allow. */
  | 'bad-structure'
  /** Data ends inside a value. */
  | 'truncated'
  /** Larger than the bound given: not kept. */
  | 'too-big'
  /** Values nested deeper than the bound. */
  | 'too-deep'
  /** More parallel streams than the bound. */
  | 'too-many'
  /** Legal, but not spoken here (AMF3, encrypted RTMP, encrypted FLV). */
  | 'unsupported'

export interface MediaFault {
  readonly code: MediaFaultCode
  /** Where it was met, for logs: never holds data from the stream. */
  readonly where: string
}

export const fault = (code: MediaFaultCode, where: string): MediaFault => ({ code, where })
