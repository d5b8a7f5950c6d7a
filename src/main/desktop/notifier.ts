import type { Notification, NotificationConstructorOptions } from 'electron'
import {
  decideAnnouncements,
  nothingTold,
  type Shown,
  type Slot,
  type Told,
} from '../../core/announce/decide'
import type { NotificationPrefs } from '../../shared/settings/config'
import {
  notificationBody,
  notificationTitle,
  rehearsalTitle,
  testNotification,
} from '../../shared/messages/shell/notifications'
import { notificationsMissing } from '../../shared/messages/shell/parts'
import type { ShellPart } from '../../shared/shell-bridge'
import type { Snapshot, TimelineEntry } from '../../shared/snapshot'

export interface NotifierDeps {
  /** Electron's. */
  readonly Notification: {
    new (options: NotificationConstructorOptions): Notification
    isSupported(): boolean
  }
  /** Minutes since midnight on the person's clock, for the quiet hours. */
  minuteOfDay(): number
  /** A notification was clicked: the window is wanted. */
  onClick(): void
  /** `part()` says something else than before. */
  onChanged(): void
  /** How long the system may take to say that it showed the test, ms. Default 5 s. */
  readonly testMs?: number
}

export interface Message {
  readonly title: string
  readonly body: string
  readonly urgency: 'info' | 'warning' | 'alarm'
  readonly silent: boolean
}

export interface Notifier {
  prefer(prefs: NotificationPrefs): void
  /** Shows what is new in the snapshot's timeline and worth a notification (core/announce). */
  tell(snapshot: Pick<Snapshot, 'timeline' | 'wall' | 'mode'>): void
  /** Something of the shell's own: a hotkey was refused, the window hid in the tray. Replaces the earlier one of its key. */
  say(key: string, message: Message): void
  /** Shows one like that of a switch: did the system take it? */
  test(): Promise<ShellPart>
  part(): ShellPart
  /** Takes away what still stands there. */
  close(): void
}

const testMs = 5_000

type Missing = keyof typeof notificationsMissing

/** Native notifications. A newer one about the same thing takes the older one's place. */
export function createNotifier(deps: NotifierDeps): Notifier {
  const showing = new Map<string, Notification>()
  let told: Told<TimelineEntry> = nothingTold
  let prefs: NotificationPrefs | null = null
  let missing: Missing | null = deps.Notification.isSupported() ? null : 'unsupported'

  const see = (next: Missing | null): void => {
    if (missing === next) return
    missing = next
    deps.onChanged()
  }

  /** `outcome`: what the system said to it; it may say so while it is still being shown. */
  const show = (
    key: string,
    { title, body, urgency, silent }: Message,
    outcome: (missing: Missing | null) => void = see,
  ): void => {
    if (!deps.Notification.isSupported()) {
      outcome('unsupported')
      return
    }
    const notification = new deps.Notification({
      title,
      body,
      silent,
      urgency: urgency === 'alarm' ? 'critical' : urgency === 'info' ? 'low' : 'normal',
      timeoutType: urgency === 'alarm' ? 'never' : 'default',
    })
    notification.on('show', () => {
      outcome(null)
    })
    notification.on('failed', () => {
      outcome('failed')
    })
    notification.on('click', () => {
      deps.onClick()
    })
    notification.on('close', () => {
      if (showing.get(key) === notification) showing.delete(key)
    })
    showing.get(key)?.close()
    // Kept, or it could be collected as garbage before it is clicked.
    showing.set(key, notification)
    notification.show()
  }

  return {
    prefer: (next) => {
      prefs = next
    },
    tell: ({ timeline, wall, mode }) => {
      // Not yet known what is wanted: what happens meanwhile is still news a moment later.
      if (prefs === null) return
      const time = { wall, minuteOfDay: deps.minuteOfDay() }
      const decided = decideAnnouncements(timeline, told, prefs, time)
      told = decided.told
      for (const shown of decided.show) show(slotKeys[shown.slot], messageOf(shown, mode))
    },
    say: (key, message) => {
      show(`shell:${key}`, message)
    },
    test: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          finish('silence')
        }, deps.testMs ?? testMs)
        const finish = (outcome: Missing | null): void => {
          clearTimeout(timer)
          see(outcome)
          resolve(partOf(outcome))
        }
        show('test', { ...testNotification, urgency: 'warning', silent: prefs?.sound === false }, finish)
      }),
    part: () => partOf(missing),
    close: () => {
      for (const notification of [...showing.values()]) notification.close()
      showing.clear()
    },
  }
}

const slotKeys: Readonly<Record<Slot, string>> = {
  'on-air': 'slot:on-air',
  backup: 'slot:backup',
  monitor: 'slot:monitor',
}

const partOf = (missing: Missing | null): ShellPart =>
  missing === null ? { state: 'ok' } : { state: 'missing', ...notificationsMissing[missing] }

function messageOf({ items, urgency, silent }: Shown<TimelineEntry>, mode: Snapshot['mode']): Message {
  const last = items.at(-1)
  const title = last === undefined ? '' : notificationTitle(last.notice)
  return {
    title: mode === 'rehearsal' ? rehearsalTitle(title) : title,
    body: notificationBody(items),
    urgency,
    silent,
  }
}
