import { generalWords } from '../../../../shared/messages/setup/app'
import { setupScreens, type SetupScreen } from '../../../../shared/messages/setup/setup'
import type { SettingsSection } from '../../../../shared/settings/settings'

const nameOf = (id: SetupScreen): string => setupScreens.find((screen) => screen.id === id)?.name ?? id

/** What the form of a section is called. */
export const formNames: Readonly<Record<SettingsSection, string>> = {
  obs: nameOf('obs'),
  destination: nameOf('destination'),
  route: nameOf('route'),
  backups: nameOf('backups'),
  slate: nameOf('slate'),
  policy: nameOf('policy'),
  general: generalWords.title,
  hotkeys: nameOf('hotkeys'),
  notifications: nameOf('notifications'),
  app: nameOf('app'),
}

/** On which screen the form of a section stands. */
export const screenOf = (section: SettingsSection): SetupScreen => (section === 'general' ? 'app' : section)
