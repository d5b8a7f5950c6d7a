/** Failover: what to do about the verdicts. Start reading at `decide`. */
export { decide, type Decision } from './decide'
export { initialState, type State, type Phase } from './state'
export { assessments, assessmentOf } from './systems'
export { needsNewSession } from './program/format'
export { restorePoint } from './restore-point'
export { outageOf } from './outage'
export { destinationAssessment } from './program/destinations'
export * from './commands'
