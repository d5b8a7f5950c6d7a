import type { Snapshot } from '../../../shared/snapshot'
import type { SetupSection } from '../../router'

interface Props {
  readonly snapshot: Snapshot
  readonly section: SetupSection
}

export function SetupScreen({ section }: Props) {
  return <h2 className="screen-title">{section}</h2>
}
