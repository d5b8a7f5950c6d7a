import { useRef, useState } from 'react'
import { Plus } from 'lucide-react'
import { backupWords as words } from '../../../../shared/messages/setup/sources'
import type { SettingsView } from '../../../../shared/settings/settings'
import { Button } from '../../../components'
import { BackupFields } from './backup-fields'
import { movedTo } from './backup-order'
import { newBackup } from '../form/drafts'
import { formNames } from '../form/form-names'
import { FormShell } from '../form/form-shell'
import { useForm } from '../form/use-form'

const mostBackups = 8

export function BackupsSection({ view }: { readonly view: SettingsView }) {
  const form = useForm('backups', view)
  const [said, setSaid] = useState('')
  const add = useRef<HTMLButtonElement>(null)
  const list = form.draft
  return (
    <FormShell form={form} title={formNames.backups} intro={words.intro}>
      {list.length === 0 ? <p>{words.none}</p> : null}
      <ol className="backup-list">
        {list.map((draft, index) => (
          <li key={draft.row}>
            <BackupFields
              form={form}
              index={index}
              draft={draft}
              count={list.length}
              onMove={(by) => {
                form.put(movedTo(list, index, by))
                setSaid(words.moved(draft.id, index + by + 1))
              }}
              onRemove={() => {
                form.put(list.filter((one) => one.row !== draft.row))
                add.current?.focus()
              }}
            />
          </li>
        ))}
      </ol>
      <p className="unseen" role="status">
        {said}
      </p>
      <div className="row">
        <Button
          ref={add}
          icon={<Plus />}
          disabled={list.length >= mostBackups}
          onClick={() => form.put([...list, newBackup(list.map(({ id }) => id))])}
        >
          {words.add}
        </Button>
      </div>
    </FormShell>
  )
}
