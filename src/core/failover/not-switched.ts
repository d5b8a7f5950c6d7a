/** Why a bad verdict on air did not lead to a switch. */
export type NotSwitched =
  | 'hold'
  | 'not-armed'
  | 'no-candidate'
  | 'backup-not-ready'
  | 'governor'
  | 'settling'
  /** The destination or the way to it is the patient, and nobody is ready who goes another way. */
  | 'cannot-cure'
