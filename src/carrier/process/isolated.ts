/**
 * Calls a listener whose fault is not the caller's: a publisher that throws must not end the feed that it was handed a tag
 * by, nor keep the tag from the others. What was thrown goes to the last resort once this turn is over.
 */
export function isolated(call: () => void): void {
  try {
    call()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
