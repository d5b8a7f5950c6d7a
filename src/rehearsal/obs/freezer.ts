/** What reaches a frozen process waits until it thaws, in order. */
export class Freezer {
  private waiting: (() => void)[] = []
  private frozen = false

  get isFrozen(): boolean {
    return this.frozen
  }
  run(step: () => void): void {
    if (this.frozen) this.waiting.push(step)
    else step()
  }
  freeze(): void {
    this.frozen = true
  }
  thaw(): void {
    this.frozen = false
    while (!this.isFrozen) {
      const step = this.waiting.shift()
      if (step === undefined) return
      step()
    }
  }
  /** The process died: what waited will never be done. */
  clear(): void {
    this.frozen = false
    this.waiting = []
  }
}
