import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react'
import { backupWords as words } from '../../../../shared/messages/setup/sources'
import { Button, Chip, Segmented, TextField } from '../../../components'
import { backupTest } from '../form/check'
import { ConvertSwitch } from './convert'
import type { BackupDraft } from '../form/drafts'
import { At, Choices, SecretField, SetValue } from '../form/fields'
import { LegTestButton, useLegTest } from '../leg-test'
import { SourceExamples } from './source-examples'
import type { FormHandle } from '../form/use-form'

interface Props {
  readonly form: FormHandle<'backups'>
  readonly index: number
  readonly draft: BackupDraft
  readonly count: number
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
}

const notSet = { set: false, hint: null } as const

/** One backup of the list: its place, its source, what carries it, and a look at it. */
export function BackupFields({ form, index, draft, count, onMove, onRemove }: Props) {
  const test = useLegTest()
  const change = (more: Partial<BackupDraft>): void =>
    form.put(form.draft.map((one) => (one.row === draft.row ? { ...one, ...more } : one)))
  const at = (path: string): string => `${index}.${path}`
  const look = (): void => {
    const checked = backupTest(draft)
    if (checked.ok) void test.run(checked.change)
    else for (const { path } of checked.faults) form.leave(at(path.replace(/^value\./, '')))
  }
  return (
    <div className="backup" role="group" aria-label={`${draft.id}, ${words.place(index + 1, count)}`}>
      <div className="row backup-head">
        <Chip tone={index === 0 ? 'backup' : 'plain'}>
          {index === 0 ? words.first : words.later(index + 1)}
        </Chip>
        <span className="spring" />
        <Button
          small
          tone="quiet"
          icon={<ArrowUp />}
          label={words.up(draft.id)}
          disabled={index === 0}
          onClick={() => onMove(-1)}
        >
          {''}
        </Button>
        <Button
          small
          tone="quiet"
          icon={<ArrowDown />}
          label={words.down(draft.id)}
          disabled={index === count - 1}
          onClick={() => onMove(1)}
        >
          {''}
        </Button>
        <Button small tone="quiet" icon={<Trash2 />} label={words.remove(draft.id)} onClick={onRemove}>
          {words.removeShort}
        </Button>
      </div>
      <At form={form} path={at('source.url')}>
        <SourceField form={form} path={at('source.url')} draft={draft} onChange={change} />
      </At>
      {draft.url === null ? null : <SourceExamples url={draft.url} onChoose={(url) => change({ url })} />}
      <div className="pair">
        <At form={form} path={at('id')}>
          <TextField
            label={words.id}
            hint={words.idHint}
            fault={form.fault(at('id'))}
            code
            value={draft.id}
            onChange={(id) => change({ id })}
          />
        </At>
        {isRtsp(draft) ? (
          <Segmented
            label={words.transport}
            value={draft.transport}
            options={[
              { value: 'tcp', label: words.transports.tcp },
              { value: 'udp', label: words.transports.udp },
            ]}
            onChange={(transport) => change({ transport })}
          />
        ) : null}
      </div>
      <Choices
        label={words.ingest}
        value={draft.ingest}
        options={(['carrier', 'mediamtx'] as const).map((value) => ({ value, ...words.ingests[value] }))}
        onChange={(ingest) => change({ ingest })}
      />
      {draft.ingest === 'mediamtx' ? (
        <MediamtxFields form={form} at={at} draft={draft} onChange={change} />
      ) : (
        <ConvertSwitch draft={draft} onChange={change} />
      )}
      <LegTestButton
        test={test}
        label={words.look}
        busyLabel={words.looking}
        hint={words.lookHint}
        onRun={look}
      />
    </div>
  )
}

const isRtsp = (draft: BackupDraft): boolean => /^rtsps?:/i.test(draft.url ?? draft.saved?.source.label ?? '')

interface PartProps {
  readonly form: FormHandle<'backups'>
  readonly draft: BackupDraft
  readonly onChange: (more: Partial<BackupDraft>) => void
}

function SourceField({ form, path, draft, onChange }: PartProps & { readonly path: string }) {
  if (draft.url === null) {
    return (
      <SetValue
        label={words.url}
        value={words.urlKept(draft.saved?.source.label ?? '')}
        fault={form.fault(path)}
        actions={
          <Button small onClick={() => onChange({ url: '' })}>
            {words.urlReplace}
          </Button>
        }
      />
    )
  }
  return (
    <TextField
      label={words.url}
      hint={words.urlHint}
      fault={form.fault(path)}
      code
      value={draft.url}
      placeholder="rtsp://…"
      onChange={(url) => onChange({ url })}
      after={
        draft.saved === null ? null : (
          <Button small tone="quiet" onClick={() => onChange({ url: null })}>
            {words.urlKeep}
          </Button>
        )
      }
    />
  )
}

function MediamtxFields({
  form,
  at,
  draft,
  onChange,
}: PartProps & { readonly at: (path: string) => string }) {
  const saved = draft.saved?.ingest.kind === 'mediamtx' ? draft.saved.ingest.password : notSet
  const field = (path: string): string | null => form.fault(at(`ingest.${path}`))
  return (
    <div className="nested">
      <div className="pair">
        <At form={form} path={at('ingest.url')}>
          <TextField
            label={words.apiUrl}
            hint={words.apiUrlHint}
            fault={field('url')}
            code
            value={draft.apiUrl}
            onChange={(apiUrl) => onChange({ apiUrl })}
          />
        </At>
        <At form={form} path={at('ingest.path')}>
          <TextField
            label={words.path}
            fault={field('path')}
            code
            value={draft.path}
            onChange={(path) => onChange({ path })}
          />
        </At>
      </div>
      <div className="pair">
        <At form={form} path={at('ingest.username')}>
          <TextField
            label={words.username}
            fault={field('username')}
            value={draft.username}
            onChange={(username) => onChange({ username })}
          />
        </At>
        <At form={form} path={at('ingest.password')}>
          <SecretField
            label={words.password}
            view={saved}
            draft={draft.password}
            fault={field('password')}
            onChange={(password) => onChange({ password })}
          />
        </At>
      </div>
      <At form={form} path={at('ingest.fingerprint')}>
        <TextField
          label={words.fingerprint}
          hint={words.fingerprintHint}
          fault={field('fingerprint')}
          code
          value={draft.fingerprint}
          onChange={(fingerprint) => onChange({ fingerprint })}
        />
      </At>
    </div>
  )
}
