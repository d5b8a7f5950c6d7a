import type { PlatformWords } from '../../../shared/messages/setup/platforms'
import type { SettingsView } from '../../../shared/settings/settings'
import type { DestinationDraft } from './form/drafts'

/** The address that the form means now: typed, set, or read from OBS. */
export function addressOf(
  draft: DestinationDraft,
  view: SettingsView,
  readFromObs: string | null,
): string | null {
  if (draft.from === 'obs') return readFromObs
  return draft.url ?? view.destination.url
}

/** Puts what is known of a platform into the form. */
export const withPlatform = (draft: DestinationDraft, platform: PlatformWords): DestinationDraft => ({
  ...draft,
  takeover: platform.takeover?.kind ?? 'none',
  takeoverUrl: platform.takeover?.kind === 'backup-url' ? platform.takeover.url : draft.takeoverUrl,
  grace: platform.graceMs === null ? '' : String(platform.graceMs / 1_000),
})

/** The form as "Next" saves it: with what is known of the platform, where that is wanted. */
export function withKnown(
  draft: DestinationDraft,
  platform: PlatformWords | null,
  wanted: boolean,
): DestinationDraft {
  return platform !== null && wanted ? withPlatform(draft, platform) : draft
}

/** Nothing was set by hand yet, so that what is known may be put in. */
export const untouched = (draft: DestinationDraft): boolean => draft.takeover === 'none' && draft.grace === ''
