import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { authChallenge, authQuery } from '../../../../src/media/rtmp/adobe-auth'

const md5Base64 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('base64')
const keys = { username: 'user', password: 'pass', nonce: '0a0b0c0d', md5Base64 }

describe('Adobe authentication', () => {
  it('reads what a rejection asks for', () => {
    expect(authChallenge('[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : ')).toEqual({
      step: 'name-needed',
    })
    expect(
      authChallenge(
        '[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=user&salt=lVwg3A==&challenge=abc&opaque=xyz',
      ),
    ).toEqual({ step: 'answer-needed', salt: 'lVwg3A==', challenge: 'abc', opaque: 'xyz' })
    expect(authChallenge('[ authmod=adobe ] : ?reason=authfailed&opaque=xyz')).toEqual({ step: 'failed' })
    expect(authChallenge('[ code=403 need auth; authmod=llnw ]')).toEqual({ step: 'unsupported' })
    expect(authChallenge('Connection failed')).toBeNull()
  })

  it('answers with hashes, never with the password', () => {
    expect(authQuery({ step: 'name-needed' }, keys)).toBe('?authmod=adobe&user=user')
    const challenge = { step: 'answer-needed', salt: 's', challenge: 'c', opaque: 'o' } as const
    const hash = (text: string) => createHash('md5').update(text).digest('base64')
    expect(authQuery(challenge, keys)).toBe(
      `?authmod=adobe&user=user&challenge=0a0b0c0d&response=${hash(`${hash('userspass')}o0a0b0c0d`)}&opaque=o`,
    )
    expect(authQuery({ ...challenge, opaque: '' }, keys)).toContain(hash(`${hash('userspass')}c0a0b0c0d`))
    expect(authQuery({ step: 'failed' }, keys)).toBeNull()
  })
})
