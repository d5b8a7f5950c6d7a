import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'

/** Numbers of obs-websocket 5 (docs/generated/protocol.md of that project). */
export const opCode = {
  hello: 0,
  identify: 1,
  identified: 2,
  reidentify: 3,
  event: 5,
  request: 6,
  requestResponse: 7,
  requestBatch: 8,
  requestBatchResponse: 9,
} as const

export const closeCode = {
  messageDecodeError: 4002,
  unknownOpCode: 4006,
  notIdentified: 4007,
  alreadyIdentified: 4008,
  authenticationFailed: 4009,
  unsupportedRpcVersion: 4010,
  sessionInvalidated: 4011,
} as const

export const requestStatus = {
  success: 100,
  unknownRequestType: 204,
  notReady: 207,
  missingRequestField: 300,
  invalidRequestField: 400,
  outputRunning: 500,
  outputNotRunning: 501,
  resourceNotFound: 600,
  requestProcessingFailed: 702,
} as const

export const subscription = { general: 1, config: 2, scenes: 4, outputs: 64, all: 0x7ff } as const

export const subprotocol = 'obswebsocket.json'

export const frameSchema = z.object({ op: z.number(), d: z.record(z.string(), z.unknown()) })
export const identifySchema = z.object({
  rpcVersion: z.number().int().optional(),
  authentication: z.string().optional(),
  eventSubscriptions: z.number().int().optional(),
})
export const requestSchema = z.object({
  requestType: z.string(),
  requestId: z.string(),
  requestData: z.record(z.string(), z.unknown()).nullish(),
})
export const batchSchema = z.object({
  requestId: z.string(),
  haltOnFailure: z.boolean().optional(),
  requests: z.array(requestSchema.extend({ requestId: z.string().optional() })),
})

/** A salt for each start of the server, a challenge for each connection. */
export interface Challenge {
  readonly salt: string
  readonly challenge: string
}

export const newSalt = (): string => randomBytes(32).toString('base64')

/** base64(sha256(base64(sha256(password + salt)) + challenge)) */
export function authenticationOf(password: string, { salt, challenge }: Challenge): string {
  return sha256(sha256(password + salt) + challenge)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

/** What a request is answered with. */
export type Reply =
  | { readonly code: typeof requestStatus.success; readonly data?: Readonly<Record<string, unknown>> }
  | { readonly code: number; readonly comment: string }

export const success = (data?: Readonly<Record<string, unknown>>): Reply =>
  data === undefined ? { code: requestStatus.success } : { code: requestStatus.success, data }
export const refusal = (code: number, comment: string): Reply => ({ code, comment })
