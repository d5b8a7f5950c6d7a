import { problem, type Problem } from '../../core/problem'
import type { ChangeLimits } from './change-limits'
import { pullEntries } from '../lineup/backup-entries'
import type { Setup } from '../runtime/setup'

/** Sections that an app is built from; the others are only read by screens and by the desktop app. */
const builtFrom = ['obs', 'destination', 'route', 'program', 'backups', 'slate', 'ffmpeg', 'policy'] as const

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** Must the app be built again for it? */
export const needsNewApp = (before: Setup, after: Setup): boolean =>
  !same(before.missing, after.missing) ||
  builtFrom.some((section) => !same(before.config[section], after.config[section]))

/** What forbids the change now: it would touch what is on air, or come between two systems. */
export function forbidden(before: Setup, after: Setup, duty: ChangeLimits): Problem | null {
  if (duty.switching) return problem('refused-busy')
  // OBS, the door and the connection to the platform would be others in the middle of a stream.
  const road = ({ config: { route, program } }: Setup): unknown => [
    route,
    route === 'program' ? [program.port, program.key] : null,
  ]
  if (duty.mayBeLive && !same(road(before), road(after))) return problem('settings-route-live')
  const entries = pullEntries(after.config)
  const standing = pullEntries(before.config)
  const touched = duty.pulls.find(
    (id) =>
      !same(
        standing.find((entry) => entry.id === id),
        entries.find((entry) => entry.id === id),
      ),
  )
  if (touched !== undefined) return problem('settings-system-on-air', { system: touched })
  const place = ({ config: { destination } }: Setup): unknown => [
    destination.url,
    destination.key,
    destination.takeover,
  ]
  if (duty.mayBeLive && after.config.route === 'program' && !same(place(before), place(after)))
    return problem('settings-destination-on-air')
  return duty.pulls.length > 0 && !same(place(before), place(after))
    ? problem('settings-destination-on-air')
    : null
}
