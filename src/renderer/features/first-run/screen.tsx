import type { Snapshot } from '../../../shared/snapshot'

export function WelcomeScreen({ snapshot }: { readonly snapshot: Snapshot }) {
  return <h2 className="screen-title">{snapshot.version}</h2>
}
