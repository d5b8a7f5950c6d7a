/** How a number of the policy is shown: times in seconds, shares in per cent. */
export type PolicyUnit = 's' | '%' | 'times' | 'yes-no' | 'list-s'

export interface PolicyNumber {
  readonly section: 'obs' | 'ingest' | 'program' | 'failover'
  readonly key: string
  readonly unit: PolicyUnit
  readonly label: string
  readonly hint: string
  /** In the unit shown. */
  readonly min: number
  readonly max: number
}

/** A time, as stored in ms and shown in seconds. */
export const seconds = (
  section: PolicyNumber['section'],
  key: string,
  label: string,
  hint: string,
  min: number,
  max: number,
): PolicyNumber => ({ section, key, unit: 's', label, hint, min, max })
