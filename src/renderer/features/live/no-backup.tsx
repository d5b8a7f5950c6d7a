import type { Snapshot } from '../../../shared/snapshot'
import { liveWords } from '../../../shared/messages/page/frame'
import { Note } from '../../components'
import { routeHash } from '../../router'

/** Shown while there is nothing to switch to. */
export function NoBackup({ snapshot }: { readonly snapshot: Snapshot }) {
  if (snapshot.systems.some((system) => system.kind === 'pull')) return null
  const { title, text, action } = liveWords.noBackup
  return (
    <Note
      title={`${title}.`}
      actions={
        <a
          className="button button-primary button-small"
          href={routeHash({ screen: 'setup', section: 'backups' })}
        >
          {action}
        </a>
      }
    >
      {text}
    </Note>
  )
}
