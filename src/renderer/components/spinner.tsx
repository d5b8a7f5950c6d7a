/** Something is under way. Says nothing to screen readers: what waits carries aria-busy. */
export const Spinner = () => <span className="spinner" aria-hidden="true" />
