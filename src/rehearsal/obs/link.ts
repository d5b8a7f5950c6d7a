/** The stand-in's own uplink: what leaves it can be narrowed or vanish without the destination being touched. */
export interface Link {
  /** kbit/s; null: as wide as the machine. */
  narrow(kbit: number | null): void
  /** Nothing leaves, nothing arrives, and nobody is told. */
  blackhole(on: boolean): void
  readonly isBlack: boolean
  /** One connection's share. `write` takes the bytes; `free` says whether more may come. */
  pipe(write: (bytes: Uint8Array) => void, onFree: () => void): Pipe
  /** Called once, when the black hole ends. */
  onReopen(listener: () => void): void
}

export interface Pipe {
  /** Room in what plays the kernel's buffer. */
  readonly isFree: boolean
  /** ms for which there has been no room; 0 while there is. */
  blockedForMs(): number
  send(bytes: Uint8Array): void
  /** Nothing is held back any more. */
  readonly isEmpty: boolean
  close(): void
}

/** As much as a kernel hides of a stall before the sender notices (measured on OBS: 0.1 to 1 MB). */
const bufferBytes = 128 * 1024
const stepMs = 20

export function createLink(): Link {
  let kbit: number | null = null
  let black = false
  const pipes = new Set<{ step: () => void }>()
  const reopened: (() => void)[] = []
  let timer: NodeJS.Timeout | null = null

  const shaped = (): boolean => black || kbit !== null
  const tick = (): void => {
    for (const pipe of [...pipes]) pipe.step()
  }
  const change = (): void => {
    if (shaped() && timer === null) timer = setInterval(tick, stepMs)
    if (!shaped() && timer !== null) {
      clearInterval(timer)
      timer = null
    }
    tick()
  }

  const pipe = (write: (bytes: Uint8Array) => void, onFree: () => void): Pipe => {
    let held: Uint8Array[] = []
    let heldBytes = 0
    let blockedSince: number | null = null
    let lastStep = performance.now()
    /** Bytes that may leave now. */
    let credit = 0

    const isFree = (): boolean => heldBytes < bufferBytes
    const release = (): void => {
      while (held[0] !== undefined && (credit >= held[0].length || !shaped())) {
        const bytes = held.shift()
        if (bytes === undefined) return
        credit -= bytes.length
        heldBytes -= bytes.length
        write(bytes)
      }
    }
    const self = {
      step: (): void => {
        const now = performance.now()
        const rate = black ? 0 : (kbit ?? 0)
        // A token bucket as deep as the largest piece: a keyframe leaves when its bytes have been earned.
        const depth = Math.max(16_384, held[0]?.length ?? 0)
        credit = Math.min(depth, credit + (rate / 8) * (now - lastStep))
        lastStep = now
        if (!black) release()
        if (isFree() && blockedSince !== null) {
          blockedSince = null
          onFree()
        }
      },
    }
    pipes.add(self)
    return {
      get isFree() {
        return isFree()
      },
      get isEmpty() {
        return heldBytes === 0
      },
      blockedForMs: () => (blockedSince === null ? 0 : performance.now() - blockedSince),
      send: (bytes) => {
        if (!shaped() && held.length === 0) {
          write(bytes)
          return
        }
        held.push(bytes)
        heldBytes += bytes.length
        if (!isFree()) blockedSince ??= performance.now()
      },
      close: () => {
        pipes.delete(self)
        held = []
        heldBytes = 0
      },
    }
  }

  return {
    narrow: (to) => {
      kbit = to
      change()
    },
    blackhole: (on) => {
      const ended = black && !on
      black = on
      change()
      if (ended) for (const listener of reopened.splice(0)) listener()
    },
    get isBlack() {
      return black
    },
    pipe,
    onReopen: (listener) => void reopened.push(listener),
  }
}
