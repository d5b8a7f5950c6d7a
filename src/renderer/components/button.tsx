import type { MouseEventHandler, ReactNode, Ref } from 'react'
import { Kbd } from './kbd'
import { Spinner } from './spinner'

export type ButtonTone = 'primary' | 'go' | 'stop' | 'plain' | 'quiet'

interface Props {
  readonly children: ReactNode
  readonly tone?: ButtonTone
  readonly type?: 'button' | 'submit'
  readonly icon?: ReactNode
  /** It waits for an answer: cannot be pressed, and says so. */
  readonly busy?: boolean
  readonly disabled?: boolean
  /** An accelerator to show, e.g. 'Control+Shift+F7'. */
  readonly hotkey?: string | null
  readonly small?: boolean
  /** As wide as there is room. */
  readonly block?: boolean
  readonly autoFocus?: boolean
  /** Only where the words on it are not enough. */
  readonly label?: string
  readonly describedBy?: string
  readonly ref?: Ref<HTMLButtonElement>
  readonly onClick?: MouseEventHandler<HTMLButtonElement>
}

export function Button({ ref, ...props }: Props) {
  const { tone = 'plain', busy = false, small = false, block = false } = props
  return (
    <button
      ref={ref}
      type={props.type ?? 'button'}
      className={`button button-${tone}${small ? ' button-small' : ''}${block ? ' button-block' : ''}`}
      disabled={props.disabled === true || busy}
      aria-busy={busy}
      aria-label={props.label}
      aria-describedby={props.describedBy}
      autoFocus={props.autoFocus}
      data-autofocus={props.autoFocus}
      onClick={props.onClick}
    >
      {busy ? (
        <Spinner />
      ) : props.icon === undefined ? null : (
        <span className="button-icon" aria-hidden="true">
          {props.icon}
        </span>
      )}
      <span className="button-words">{props.children}</span>
      {props.hotkey === undefined || props.hotkey === null ? null : <Kbd keys={props.hotkey} />}
    </button>
  )
}
