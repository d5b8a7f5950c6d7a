import { describe, expect, it } from 'vitest'
import { namesKeyOrAccount, refusalOfConnect, refusalOfPublish } from '../../../../src/media/rtmp/refusal'

const said = (code: string, description = '') => ({ level: 'error', code, description })
const denied = 'NetStream.Publish.Denied'

describe('what a refusal is about', () => {
  it.each([
    [denied, 'Invalid stream key'],
    [denied, 'publisher authentication failed'],
    [denied, 'Your account was suspended'],
    [denied, 'This channel is banned'],
    ['NetStream.Publish.BadName', 'Not authorized'],
    ['NetStream.Publish.Unauthorized', 'Stream key not authorized'],
    ['NetStream.publish.Unauthorized', 'Authorization required.'],
    ['NetStream.Publish.Unauthorized', ''],
    ['NetStream.Publish.Rejected', 'Authentication Failed.'],
    ['NetConnection.Connect.Rejected', '[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=authfailed'],
    ['NetConnection.Connect.Rejected', 'unknown streamkey'],
    ['NetConnection.Connect.Rejected', 'wrong password'],
  ])('%s "%s": the key or the account', (code, text) => {
    expect(namesKeyOrAccount(said(code, text))).toBe(true)
  })

  it.each([
    [denied, ''],
    [denied, 'no'],
    [denied, 'permission denied'],
    ['NetStream.Publish.Rejected', ''],
    ['NetStream.Publish.Failed', 'publisher is not allowed to publish this stream'],
    ['NetStream.Publish.BadName', 'Already publishing'],
    ['NetStream.Publish.BadName', 'stream key already in use'],
    ['NetConnection.Connect.Rejected', 'server is shutting down'],
    ['NetConnection.Connect.Rejected', 'too many connections for this account'],
    [denied, 'authentication service unavailable, try again later'],
    [denied, 'could not check the stream key: timeout'],
    ['NetStream.Publish.Unauthorized', 'internal error: hook answered 502'],
    ['unknown', ''],
  ])('%s "%s": something that may pass', (code, text) => {
    expect(namesKeyOrAccount(said(code, text))).toBe(false)
  })

  it('is the holder of the key at either step', () => {
    expect(refusalOfConnect(said('NetConnection.Connect.Rejected', 'Already publishing'))).toBe('busy')
    expect(refusalOfPublish(said('NetStream.Publish.BadName'))).toBe('busy')
    expect(refusalOfConnect(said('NetConnection.Connect.Rejected', 'unknown stream key'))).toBe('auth')
    expect(refusalOfPublish(null)).toBe('refused')
  })
})
