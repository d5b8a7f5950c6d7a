import { encodeAmf, type AmfValue } from '../amf0'
import { concatBytes } from '../bytes'
import type { FlvTag } from '../flv'
import { ChunkWriter } from './chunks'
import {
  acknowledgement,
  chunkStream,
  command,
  controlEvent,
  peerBandwidth,
  userControl,
  windowAckSize,
} from './messages'

const chunkBytes = 65_536
/** What we announce, as MediaMTX does. Encoders ignore it. */
const ownWindowBytes = 2_500_000
/** The one stream of a connection. */
export const mediaStreamId = 1

/** What a server says on one connection, as bytes to be sent in the order they were made: each leans on the headers before it. */
export class ServerVoice {
  private readonly writer = new ChunkWriter()

  ownWindow(): Uint8Array {
    return this.writer.write(chunkStream.control, windowAckSize(ownWindowBytes))
  }

  acknowledgement(value: number): Uint8Array {
    return this.writer.write(chunkStream.control, acknowledgement(value))
  }

  userControl(event: number, value: number): Uint8Array {
    return this.writer.write(chunkStream.control, userControl(event, value))
  }

  connected(transaction: number): Uint8Array {
    return concatBytes([
      this.writer.write(chunkStream.control, peerBandwidth(ownWindowBytes)),
      this.writer.setChunkSize(chunkBytes),
      this.command(
        0,
        '_result',
        transaction,
        { fmsVer: 'FMS/3,0,1,123', capabilities: 31 },
        {
          level: 'status',
          code: 'NetConnection.Connect.Success',
          description: 'Connection succeeded.',
          objectEncoding: 0,
        },
      ),
    ])
  }

  connectRejected(transaction: number, code: string, description: string): Uint8Array {
    return this.command(0, '_error', transaction, null, { level: 'error', code, description })
  }

  result(transaction: number, value: AmfValue): Uint8Array {
    return this.command(0, '_result', transaction, null, value)
  }

  fcPublish(transaction: number): Uint8Array {
    return concatBytes([
      this.command(0, 'onFCPublish', 0, null, { code: 'NetStream.Publish.Start', description: '' }),
      this.result(transaction, undefined),
    ])
  }

  status(level: 'status' | 'error', code: string, description: string): Uint8Array {
    return this.command(mediaStreamId, 'onStatus', 0, null, { level, code, description })
  }

  playing(): Uint8Array {
    return concatBytes([
      this.userControl(controlEvent.streamBegin, mediaStreamId),
      this.status('status', 'NetStream.Play.Reset', 'Playing'),
      this.status('status', 'NetStream.Play.Start', 'Playing'),
      this.media({ type: 18, timestampMs: 0, payload: encodeAmf(['|RtmpSampleAccess', true, true]) }),
    ])
  }

  media(tag: FlvTag): Uint8Array {
    const csid = tag.type === 8 ? chunkStream.audio : tag.type === 9 ? chunkStream.video : chunkStream.data
    return this.writer.write(csid, { ...tag, streamId: mediaStreamId })
  }

  private command(streamId: number, ...values: readonly AmfValue[]): Uint8Array {
    const csid = streamId === 0 ? chunkStream.command : chunkStream.status
    return this.writer.write(csid, command(streamId, ...values))
  }
}
