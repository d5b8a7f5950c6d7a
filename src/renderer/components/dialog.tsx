import { useEffect, useId, useRef, type ReactNode } from 'react'

interface Props {
  readonly open: boolean
  readonly title: ReactNode
  readonly children: ReactNode
  /** Buttons; give the harmless one autoFocus. */
  readonly actions: ReactNode
  /** Escape, or closed by the browser. */
  readonly onClose: () => void
}

/** A modal question, with the browser's own focus trap and Escape. */
export function Dialog({ open, title, children, actions, onClose }: Props) {
  const box = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const dialog = box.current
    if (dialog === null || dialog.open === open) return
    if (!open) {
      dialog.close()
      return
    }
    dialog.showModal()
    // The browser takes the first button; what should have the focus was still hidden when React gave it.
    dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus()
  }, [open])
  return (
    <dialog ref={box} className="dialog" aria-labelledby={id} onClose={onClose}>
      {open ? (
        <>
          <h2 id={id}>{title}</h2>
          <div className="dialog-text">{children}</div>
          <div className="dialog-actions">{actions}</div>
        </>
      ) : null}
    </dialog>
  )
}
