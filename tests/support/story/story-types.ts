import type { ResultEvent } from '../../../src/core/events'

export type { CoreEvent, OperatorCommand, RestorePoint } from '../../../src/core/events'

export type Outcome = ResultEvent['outcome']

/** `Omit` that keeps the members of a union apart. */
export type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
