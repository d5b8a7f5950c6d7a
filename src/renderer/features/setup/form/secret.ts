import type { SecretView } from '../../../../shared/settings/settings'

/** What a form means to do with a secret: it never learns the one that is set. */
export type SecretDraft =
  | { readonly does: 'keep' }
  | { readonly does: 'replace'; readonly value: string }
  | { readonly does: 'forget' }

export const keepSecret: SecretDraft = { does: 'keep' }

/** As a settings change says it: left out keeps, null forgets. */
export function secretChange(draft: SecretDraft): string | null | undefined {
  if (draft.does === 'keep') return undefined
  if (draft.does === 'forget') return null
  return draft.value === '' ? undefined : draft.value
}

/** Where nothing is set there is nothing to keep or forget: the field stands open. */
export const secretOpen = (view: SecretView, draft: SecretDraft): boolean =>
  draft.does === 'replace' || (!view.set && draft.does === 'keep')
