import { systemName } from '../../../../shared/messages'
import { matchText } from '../../../../shared/messages/page/program'
import { backupWords as words } from '../../../../shared/messages/setup/sources'
import { Switch } from '../../../components'
import { usePage } from '../../../engine/store'
import type { BackupDraft } from '../form/drafts'

interface Props {
  readonly draft: BackupDraft
  readonly onChange: (change: Pick<BackupDraft, 'convert'>) => void
}

/** Whether a backup is made to look like OBS, and what viewers would notice as it is now. */
export function ConvertSwitch({ draft, onChange }: Props) {
  const now = usePage(({ snapshot }) => {
    const feed = snapshot?.program?.feeds.find(({ system }) => system === draft.id)
    if (feed === undefined || feed.differences.length === 0) return ''
    return words.convertNow(systemName(draft.id), matchText(feed.differences, true) ?? '')
  })
  return (
    <Switch
      label={words.convert}
      hint={now === '' ? words.convertHint : `${now} ${words.convertHint}`}
      checked={draft.convert}
      onChange={(convert) => onChange({ convert })}
    />
  )
}
