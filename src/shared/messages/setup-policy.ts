import { defaultPolicy } from '../../core/policy'

/** How a number of the policy is shown: times in seconds, shares in per cent. */
export type PolicyUnit = 's' | '%' | 'times' | 'yes-no' | 'list-s'

export interface PolicyNumber {
  readonly section: 'obs' | 'ingest' | 'failover'
  readonly key: string
  readonly unit: PolicyUnit
  readonly label: string
  readonly hint: string
  /** In the unit shown. */
  readonly min: number
  readonly max: number
}

const seconds = (
  section: PolicyNumber['section'],
  key: string,
  label: string,
  hint: string,
  min: number,
  max: number,
): PolicyNumber => ({ section, key, unit: 's', label, hint, min, max })

/** Every number that the switching goes by, in the order a screen shows them. */
export const policyNumbers: readonly PolicyNumber[] = [
  seconds(
    'obs',
    'reconnectAllowanceMs',
    'OBS may reconnect for',
    'OBS brings many a short break back by itself, first after about 2 s.',
    0.5,
    60,
  ),
  seconds(
    'obs',
    'flapOffAirMs',
    'Short breaks may add up to',
    'Several short breaks one after the other count together.',
    1,
    120,
  ),
  seconds('obs', 'flapWindowMs', 'Short breaks are counted over', 'Older breaks are forgotten.', 5, 600),
  seconds(
    'obs',
    'hungAfterMs',
    'OBS may stay silent for',
    'No answer for this long and no picture at the far end: OBS hangs.',
    1,
    60,
  ),
  seconds(
    'obs',
    'stallMs',
    'No data may flow for',
    'A healthy stream never pauses: even silence is sent.',
    1,
    60,
  ),
  seconds(
    'obs',
    'startGraceMs',
    'After a start, wait',
    'While a stream builds up, a pause says nothing.',
    0,
    60,
  ),
  seconds(
    'obs',
    'dropWindowMs',
    'Dropped frames are counted over',
    'A longer time forgives a short hiccup.',
    1,
    60,
  ),
  {
    section: 'obs',
    key: 'dropShareBad',
    unit: '%',
    label: 'Dropped frames are a failure from',
    hint: 'Frames that OBS had to leave out because the connection was too slow.',
    min: 1,
    max: 100,
  },
  seconds('obs', 'dropFreshMs', 'A drop counts as new for', 'After that the hiccup is over.', 0.2, 30),
  {
    section: 'obs',
    key: 'bitrateCollapseShare',
    unit: '%',
    label: 'Bitrate has collapsed below',
    hint: 'Compared with what this stream usually has.',
    min: 1,
    max: 95,
  },
  seconds(
    'obs',
    'bitrateCollapseMs',
    'A collapse must last',
    'A dark or still scene needs less for a moment.',
    1,
    120,
  ),
  seconds(
    'obs',
    'encoderStallMs',
    'No new frame for',
    'The encoder stands still while the stream is on.',
    1,
    60,
  ),
  seconds(
    'obs',
    'stopReasonWaitMs',
    'After a stop, ask OBS’s log for',
    'The log tells whether you stopped the stream or it failed.',
    0,
    10,
  ),
  seconds(
    'obs',
    'goneConfirmMs',
    'When OBS vanishes, look again for',
    'Tells a crash from a lost connection.',
    0,
    10,
  ),
  seconds(
    'obs',
    'blindAfterMs',
    'What was seen is too old after',
    'After that Understudy says it cannot see, and does not switch because of it.',
    2,
    120,
  ),
  seconds(
    'obs',
    'farEndSilentMs',
    'The platform may see nothing for',
    'Looked at from outside, where your destination allows it.',
    1,
    60,
  ),
  seconds(
    'ingest',
    'sourceLostMs',
    'The backup’s source may pause for',
    'While the backup is on air.',
    1,
    60,
  ),
  seconds(
    'ingest',
    'publishStalledMs',
    'The platform may confirm nothing for',
    'While the backup is on air.',
    1,
    60,
  ),
  seconds(
    'ingest',
    'publishFailedMs',
    'The backup’s connection may be down for',
    'While the backup is on air.',
    1,
    60,
  ),
  seconds(
    'ingest',
    'blindAfterMs',
    'What was seen of the backup is too old after',
    'After that Understudy says it cannot see it.',
    2,
    120,
  ),
  seconds(
    'failover',
    'fenceMaxMs',
    'A dying OBS may delay the backup by',
    'Then the backup starts, and OBS is stopped as soon as it answers.',
    0.5,
    60,
  ),
  seconds('failover', 'startTimeoutMs', 'The backup may take to start', 'For one try.', 2, 120),
  seconds(
    'failover',
    'obsStartTimeoutMs',
    'OBS may take to start',
    'From the order to a picture that is proved to arrive.',
    5,
    180,
  ),
  {
    section: 'failover',
    key: 'busyRetryMs',
    unit: 'list-s',
    label: 'Try again after',
    hint: 'While the platform still holds the old connection. Several waits, with commas; the last one repeats.',
    min: 0.1,
    max: 60,
  },
  seconds(
    'failover',
    'switchAlarmMs',
    'Sound the alarm after',
    'The switch has not worked yet. It is still being tried.',
    2,
    120,
  ),
  seconds(
    'failover',
    'proofTimeoutMs',
    'Wait for proof',
    'How long the picture may take to show at the far end.',
    2,
    120,
  ),
  seconds('failover', 'settleMs', 'After a switch, wait', 'Before switching by itself again.', 0, 120),
  {
    section: 'failover',
    key: 'governorMaxSwitches',
    unit: 'times',
    label: 'At most so many switches',
    hint: 'Then Understudy waits for you.',
    min: 1,
    max: 100,
  },
  seconds(
    'failover',
    'governorWindowMs',
    'Switches are counted over',
    'Older ones are forgotten.',
    30,
    7_200,
  ),
  {
    section: 'failover',
    key: 'slateBeatsNothing',
    unit: 'yes-no',
    label: 'Show the standby picture when no backup is well',
    hint: 'Needs a standby picture.',
    min: 0,
    max: 1,
  },
  seconds(
    'failover',
    'adoptMs',
    'After a restart, look around for',
    'Understudy first sees what is on air before it acts.',
    1,
    60,
  ),
]

export const policyGroups: readonly { readonly section: PolicyNumber['section']; readonly title: string }[] =
  [
    { section: 'obs', title: 'When OBS counts as failed' },
    { section: 'ingest', title: 'When the backup counts as failed' },
    { section: 'failover', title: 'How a switch happens' },
  ]

/** The default of a number, as stored: ms, share, boolean or list of ms. */
export function policyDefault(number: PolicyNumber): number | boolean | readonly number[] {
  const values: Readonly<Record<string, number | boolean | readonly number[]>> = {
    ...defaultPolicy[number.section],
  }
  return values[number.key] ?? 0
}
