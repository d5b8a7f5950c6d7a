import { firstRunBackup } from '../../../../shared/messages/setup/first-run'
import { sourceKinds } from '../../../../shared/messages/setup/sources'

/** Kinds of sources, each with an address to paste over. Gone as soon as something is typed. */
export function SourceExamples(props: { readonly url: string; readonly onChoose: (url: string) => void }) {
  if (props.url !== '' && !sourceKinds.some(({ example }) => example === props.url)) return null
  return (
    <div className="examples" role="group" aria-label={firstRunBackup.kinds}>
      {sourceKinds.map(({ name, example, tells }) => (
        <button
          key={name}
          type="button"
          className="example"
          aria-pressed={example === props.url}
          onClick={() => props.onChoose(example)}
        >
          <span className="example-name">{name}</span>
          <code>{example}</code>
          <span className="muted small">{tells}</span>
        </button>
      ))}
    </div>
  )
}
