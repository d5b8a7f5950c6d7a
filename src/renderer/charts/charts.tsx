import type { Snapshot } from '../../shared/snapshot'

export function Charts({ snapshot }: { readonly snapshot: Snapshot }) {
  return snapshot.systems.length === 0 ? null : null
}
