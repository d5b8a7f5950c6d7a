import type { Tally } from '../../../shared/messages/page/on-air'

/** The lamp: every state has its own shape, so that colour is never the only sign. */
const shapes: Readonly<Record<Tally, string>> = {
  live: 'M16 4a12 12 0 1 1 0 24 12 12 0 0 1 0-24z',
  backup: 'M16 3 29 16 16 29 3 16z',
  failing: 'M16 3 30 28H2zM14.2 11.5v8h3.6v-8zM14.2 21.8v3.6h3.6v-3.6z',
  switching: 'M4 5l11 11L4 27v-7l4-4-4-4zM17 5l11 11-11 11v-7l4-4-4-4z',
  dark: 'M7.5 4 16 12.5 24.5 4 28 7.5 19.5 16l8.5 8.5-3.5 3.5-8.5-8.5L7.5 28 4 24.5l8.5-8.5L4 7.5z',
  off: 'M16 4a12 12 0 1 1 0 24 12 12 0 0 1 0-24zm0 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z',
}

export function TallyShape({ tally }: { readonly tally: Tally }) {
  return (
    <svg className="tally-shape" viewBox="0 0 32 32" aria-hidden="true">
      <path d={shapes[tally]} fillRule="evenodd" />
    </svg>
  )
}
