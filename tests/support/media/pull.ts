import { spawn } from 'node:child_process'
import { firstPlan, pullCommand } from '../../../src/carrier/feed/args'
import { shapeOf } from '../../../src/carrier/feed/source'
import { FlvDemuxer } from '../../../src/media/flv'
import type { CarrierSource } from '../../../src/shared/carrier/control'

/** Long enough for every document that ends by itself; one that does not is ended. */
export const patienceMs = 6_000

export interface Pulled {
  readonly bytes: Buffer
  readonly pictures: number
  readonly stderr: string
}

/** ffmpeg with the arguments that the product makes, until `enough` pictures came or the patience is over. */
export function pull(source: CarrierSource, enough = Infinity, timeoutMs = patienceMs): Promise<Pulled> {
  const shape = shapeOf(source)
  if (!shape.ok) throw new Error(shape.problem.code)
  const plan = firstPlan(shape.value)
  const { args, stdin } = pullCommand(source, shape.value, plan)
  return new Promise((resolve) => {
    const child = spawn('ffmpeg', args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const parts: Buffer[] = []
    const demuxer = new FlvDemuxer()
    let pictures = 0
    let stderr = ''
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin ?? '')
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
    child.stdout.on('data', (part: Buffer) => {
      parts.push(part)
      pictures += demuxer.push(part).tags.filter(({ type }) => type === 9).length
      if (pictures >= enough) child.kill('SIGKILL')
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.once('close', () => {
      clearTimeout(timer)
      resolve({ bytes: Buffer.concat(parts), pictures, stderr })
    })
  })
}

/** Four at a time: each mostly waits for its ffmpeg to give up. */
export async function allOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all([worker(), worker(), worker(), worker()])
}
