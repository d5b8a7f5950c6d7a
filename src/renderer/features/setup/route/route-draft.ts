import type { FurtherView, SettingsView } from '../../../../shared/settings/settings'
import { keepSecret, secretChange, type SecretDraft } from '../form/secret'

export interface FurtherDraft {
  /** Of this form, stays while anything is typed. */
  readonly row: string
  readonly id: string
  /** As saved; null: new. */
  readonly saved: FurtherView | null
  readonly name: string
  readonly url: string
  readonly key: SecretDraft
  readonly otherUrl: string
}

export interface RouteDraft {
  readonly route: 'direct' | 'program'
  readonly port: string
  readonly otherUrl: string
  readonly more: readonly FurtherDraft[]
}

let rows = 0

export function newFurther(taken: readonly string[]): FurtherDraft {
  rows += 1
  let number = 2
  while (taken.includes(`destination-${number}`)) number += 1
  const id = `destination-${number}`
  return { row: `new-${rows}`, id, saved: null, name: '', url: '', key: keepSecret, otherUrl: '' }
}

export const routeDraft = ({ route }: SettingsView): RouteDraft => ({
  route: route.route,
  port: String(route.port),
  otherUrl: route.otherUrl ?? '',
  more: route.more.map((view) => ({
    row: view.id,
    id: view.id,
    saved: view,
    name: view.name,
    url: view.url,
    key: keepSecret,
    otherUrl: view.otherUrl ?? '',
  })),
})

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())

export const routeValue = (draft: RouteDraft): unknown => ({
  route: draft.route,
  port: draft.port.trim() === '' ? null : Number(draft.port),
  otherUrl: orNull(draft.otherUrl),
  more: draft.more.map(({ id, name, url, key, otherUrl }) => {
    const secret = secretChange(key)
    return {
      id,
      name: name.trim(),
      url: url.trim(),
      ...(secret === undefined ? {} : { key: secret }),
      otherUrl: orNull(otherUrl),
    }
  }),
})
