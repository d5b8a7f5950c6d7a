import { join } from 'node:path'
import { leaveCrash } from '../../host/crash-record'
import { installLastResort, kindOf, type LastResort } from '../../host/last-resort'
import { openLogFile } from '../../host/log-file'
import { carrierExit } from '../../shared/carrier/control'
import { createRedactor } from '../../shared/addresses/redact'
import { Damage, type Vitals } from './damage'

/** The carrier's log and what becomes of faults that nobody handled. */
export interface LastWords {
  readonly damage: Damage
  readonly resort: LastResort
  /** A line for `logs/carrier.log`. */
  log(text: string): void
  /** Told of every secret that passes, so that none stands in a stack. */
  hide(secrets: readonly string[]): void
  /** Who knows what is on air, once there is somebody. */
  ask(vitals: () => Vitals): void
}

/** As many as a carrier meets in years; the oldest are then forgotten. */
const maxSecrets = 500

/** Opens the log and takes over every exception that nobody caught. */
export function openLastWords(dataDir: string): LastWords {
  const write = openLogFile({ dir: join(dataDir, 'logs'), name: 'carrier', maxBytes: 1024 * 1024, keep: 3 })
  const damage = new Damage()
  const secrets = new Set<string>()
  let vitals = (): Vitals => ({ onAir: false, sentBytes: 0 })
  const log = (text: string): void => {
    const safe = createRedactor([...secrets])(text)
    // One entry, one line.
    write(`${new Date().toISOString()} [${process.pid}] ${safe.replace(/\s*[\r\n]+\s*/g, ' | ')}\n`)
  }
  const resort = installLastResort({
    log,
    judge: () => damage.note(performance.now(), vitals()),
    save: (error) => {
      log('ends after a fault that nobody handled')
      leaveCrash(dataDir, 'carrier', { wall: Date.now(), what: kindOf(error) })
    },
    exitCode: carrierExit.crashed,
    monotonicMs: () => performance.now(),
  })
  return {
    damage,
    resort,
    log,
    hide: (more) => {
      for (const secret of more) {
        secrets.delete(secret)
        secrets.add(secret)
      }
      for (const oldest of secrets) {
        if (secrets.size <= maxSecrets) break
        secrets.delete(oldest)
      }
    },
    ask: (found) => (vitals = found),
  }
}
