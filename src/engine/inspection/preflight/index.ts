import { compareTracks } from '../../../core/compare-tracks'
import { needsNewSession } from '../../../core/failover'
import { problemNext, problemText, preflightWords as words, type CheckWords } from '../../../shared/messages'
import type { Preflight } from '../../../shared/settings/settings'
import type { Check, PreflightFacts } from './facts'

export type { PreflightFacts } from './facts'

/** What stands between here and a stream that is guarded. Pure. */
export function preflightOf(facts: PreflightFacts): Preflight {
  const { obs } = facts
  const checks = [
    obsCheck(facts),
    destinationCheck(facts),
    ...backupChecks(facts),
    matchCheck(facts),
    ...tracksCheck(facts),
    ffmpegCheck(facts),
    recordingCheck(facts),
    secretsCheck(facts),
    rehearsedCheck(facts),
    armedCheck(facts),
  ]
  return {
    obs: {
      installed: obs.installed,
      running: obs.running,
      webSocket: obs.webSocket,
      connected: obs.connected,
      version: obs.version,
      streaming: obs.streaming,
      stopCutsRecording: obs.stopCutsRecording,
      problem:
        obs.connected || obs.problem === null
          ? null
          : { text: problemText(obs.problem), next: problemNext(obs.problem) },
    },
    checks,
    ready: checks.every(({ state }) => state !== 'missing'),
  }
}

const check = (code: Check['code'], state: Check['state'], { text, next }: CheckWords): Check => ({
  code,
  state,
  text,
  next,
})

/** The cause nearest to the user goes first: a server that is off explains why nothing answers. */
function obsCheck({ obs }: PreflightFacts): Check {
  if (obs.connected) return check('obs', 'ok', words.obsConnected(obs.version))
  if (obs.webSocket === 'off') return check('obs', 'missing', words.obsWebSocketOff())
  const unreachable = ['obs-unreachable', 'obs-not-found', 'obs-closed', undefined]
  if (!unreachable.includes(obs.problem?.code)) return check('obs', 'missing', words.obsMissing(obs.problem))
  if (!obs.installed && obs.running !== true && obs.problem?.code === 'obs-not-found')
    return check('obs', 'missing', words.obsNotInstalled())
  if (obs.running === false) return check('obs', 'missing', words.obsNotRunning())
  return check('obs', 'missing', words.obsMissing(obs.problem))
}

function destinationCheck({ destination }: PreflightFacts): Check {
  const { label, source, problem } = destination
  return label === null
    ? check('destination', 'missing', words.destinationMissing(problem))
    : check('destination', 'ok', words.destinationKnown(label, source))
}

function backupChecks({ backups }: PreflightFacts): readonly Check[] {
  const [first] = backups
  if (first === undefined)
    return [
      check('backup', 'missing', words.noBackup()),
      check('backup-ready', 'missing', words.backupReadyNone()),
    ]
  const ready = backups.find(({ readiness }) => readiness === 'ready')
  const unlike = ready === undefined ? backups.find(needsSession) : undefined
  if (unlike !== undefined)
    return [
      check('backup', 'ok', words.backups(backups.length)),
      check('backup-ready', 'warning', words.backupOtherFormat(unlike.id, unlike.readinessCauses?.[0])),
    ]
  return [
    check('backup', 'ok', words.backups(backups.length)),
    ready === undefined
      ? check('backup-ready', 'missing', words.backupNotReady(first.id, first.problem))
      : check('backup-ready', 'ok', words.backupReady(ready.id)),
  ]
}

const needsSession = ({ readiness, readinessCauses = [] }: PreflightFacts['backups'][number]): boolean =>
  needsNewSession({ readiness, readinessCauses })

/** The backup that would take over is the one that has to match. */
function matchCheck({ obs, backups }: PreflightFacts): Check {
  const backup = backups.find(({ readiness }) => readiness === 'ready') ?? backups[0]
  if (backup === undefined || backup.tracks.length === 0 || obs.tracks.length === 0)
    return check('match', 'warning', words.matchUnknown())
  const differences = compareTracks(obs.tracks, backup.tracks)
  return differences.length === 0
    ? check('match', 'ok', words.matches())
    : check('match', 'warning', words.differs(differences))
}

/** Route `program`: what OBS sends beside its first picture and sound goes no further. Nothing is said where it sends no more. */
function tracksCheck({ obs, program }: PreflightFacts): readonly Check[] {
  const { moreTracks } = obs
  if (program !== true || moreTracks === undefined) return []
  if (!moreTracks.vodTrack && !moreTracks.multitrackVideo) return []
  return [check('tracks', 'warning', words.moreTracks(moreTracks))]
}

const ffmpegCheck = ({ ffmpeg }: PreflightFacts): Check =>
  'problem' in ffmpeg
    ? check('ffmpeg', 'missing', words.ffmpegProblem(ffmpeg.problem))
    : check('ffmpeg', 'ok', words.ffmpegFound(ffmpeg.version))

function recordingCheck({ obs }: PreflightFacts): Check {
  if (obs.stopCutsRecording === null) return check('recording', 'warning', words.recordingUnknown())
  return obs.stopCutsRecording
    ? check('recording', 'warning', words.recordingCut(obs.recording === true))
    : check('recording', 'ok', words.recordingSafe())
}

function secretsCheck({ secretsIn }: PreflightFacts): Check {
  switch (secretsIn) {
    case 'key-store':
      return check('secrets', 'ok', words.secretsInKeyStore())
    case 'file':
      return check('secrets', 'warning', words.secretsInFile())
    case 'locked':
      return check('secrets', 'missing', words.secretsLocked())
  }
}

const rehearsedCheck = ({ rehearsed }: PreflightFacts): Check =>
  rehearsed === null
    ? check('rehearsed', 'warning', words.notRehearsed())
    : check('rehearsed', 'ok', words.rehearsed(rehearsed.worstGapMs))

function armedCheck({ armed, autoArm }: PreflightFacts): Check {
  if (armed) return check('armed', 'ok', words.armed())
  return autoArm ? check('armed', 'ok', words.armsItself()) : check('armed', 'warning', words.notArmed())
}
