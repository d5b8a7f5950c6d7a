import { createRedactor, type Redactor } from '../../shared/addresses/redact'

/** Every secret that ever passed, and a redactor that knows them all. */
export class KnownSecrets {
  private readonly all: Set<string>
  private current: Redactor | null = null

  constructor(secrets: readonly string[]) {
    this.all = new Set(secrets)
  }

  add(secrets: readonly string[]): void {
    for (const secret of secrets) {
      if (this.all.has(secret)) continue
      this.all.add(secret)
      this.current = null
    }
  }

  redact(text: string): string {
    this.current ??= createRedactor([...this.all])
    return this.current(text)
  }
}
