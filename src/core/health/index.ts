/**
 * Health: samples -> windows -> verdict with causes. One monitor a live system; each is a serialisable value that an
 * event turns into the next value, so that a journal replays to the same verdicts.
 */
export * from './types'
export * from './obs'
export * from './ingest'
export { assessDestination, type DestinationAssessment, type DestinationHealth } from './destination'
