import type { Cause } from '../../../core/health'
import type { Problem } from '../../../core/problem'
import type { Readiness, SystemId, Track } from '../../../core/words'
import type { Preflight } from '../../../shared/settings/settings'
import type { ObsExamination } from '../../ports'

/** All that the checks are made from. */
export interface PreflightFacts {
  readonly obs: ObsExamination & {
    readonly connected: boolean
    readonly version: string | null
    readonly problem: Problem | null
  }
  readonly destination: {
    readonly label: string | null
    readonly source: 'obs' | 'config' | null
    readonly problem: Problem | null
  }
  /** Without the standby picture, in their order. */
  readonly backups: readonly {
    readonly id: SystemId
    readonly readiness: Readiness
    readonly readinessCauses?: readonly Cause[]
    readonly problem: Problem | null
    readonly tracks: readonly Track[]
  }[]
  readonly ffmpeg: { readonly version: string } | { readonly problem: Problem }
  readonly secretsIn: 'key-store' | 'file' | 'locked'
  /** The last rehearsal that was passed; null: none. */
  readonly rehearsed: { readonly worstGapMs: number | null } | null
  /** OBS streams through this PC; absent: it does not. */
  readonly program?: boolean
  readonly armed: boolean
  readonly autoArm: boolean
}

export type Check = Preflight['checks'][number]
