import { execFileSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { trackNamespace, untrackNamespace } from '../cleanup'

/** A place to start a peer in. Can be spread into `startNginx` and `startObs`. */
export interface Place {
  readonly netns: string
  /** Where others find it, over links that can be harmed. */
  readonly address: string
  /** Where the test finds it, over a link that is never harmed. */
  readonly controlAddress: string
}

/** A link that can be harmed. Faults replace each other; each returns when the kernel has it. */
export interface Link {
  /** Everything in both directions vanishes; nobody is told. */
  readonly blackhole: () => void
  /** Narrows the way to the platform to `kbit` per second (token bucket, burst 16 kB, at most 300 ms of queue). */
  readonly narrow: (kbit: number) => void
  readonly restore: () => void
}

/**
 * Two places and the links between them and this machine:
 *
 *     obs ──own link──┐
 *                     router ──shared link── platform
 *     this machine ───┘
 *
 * plus a control link from this machine to `obs` (obs-websocket, as if on the same PC) and one to `platform`
 * (statistics, viewers), which no fault touches.
 */
export interface Lab {
  /** The destination. */
  readonly platform: Place
  /** The broadcast PC's OBS. What runs on this machine itself stands for the rest of that PC. */
  readonly obs: Place
  /** OBS's way out alone: a publisher on this machine still reaches the platform. */
  readonly ownLink: Link
  /** The uplink that OBS and this machine share. */
  readonly sharedLink: Link
  readonly stop: () => void
}

/** Whether namespaces can be made here, or why not. */
export function canNetns():
  { readonly present: true } | { readonly present: false; readonly reason: string } {
  if (process.platform !== 'linux') return { present: false, reason: 'network namespaces need Linux' }
  if (process.getuid?.() !== 0) return { present: false, reason: 'network namespaces need root' }
  const name = `us${process.pid}-${randomBytes(2).toString('hex')}-try`
  try {
    trackNamespace(name)
    run('ip', ['netns', 'add', name])
    run('ip', ['netns', 'exec', name, 'iptables', '-A', 'OUTPUT', '-d', '10.0.0.1', '-j', 'DROP'])
    run('ip', ['netns', 'exec', name, 'tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'tbf', ...tbf(1000)])
    return { present: true }
  } catch (error) {
    return {
      present: false,
      reason: `network namespaces do not work: ${error instanceof Error ? error.message : ''}`,
    }
  } finally {
    deleteNetns(name)
  }
}

/**
 * Makes the namespaces and their links, under random names and subnets (below 10.64.0.0/10), so that runs side by
 * side do not meet. Changes nothing in this machine's own namespace but three interfaces and one route, which vanish
 * with the lab; firewall rules and forwarding stay inside its namespaces.
 * @throws Error saying why where namespaces cannot be made.
 */
export function startLab(): Lab {
  const id = randomBytes(3).toString('hex')
  const name = (role: string): string => `us${process.pid}-${id}-${role}`
  const [router, obs, platform] = [name('router'), name('obs'), name('platform')]
  const stop = (): void => {
    for (const netns of [obs, platform, router]) deleteNetns(netns)
  }
  try {
    const net = freeSubnet()
    for (const netns of [router, obs, platform]) {
      trackNamespace(netns)
      run('ip', ['netns', 'add', netns])
      run('ip', ['-n', netns, 'link', 'set', 'lo', 'up'])
    }
    // Each veth pair is a /30 of the subnet: first address at `near`, second at `far`.
    veth({ near: `us${id}o`, far: 'control', farNetns: obs, net, block: 0 })
    veth({ near: `us${id}p`, far: 'control', farNetns: platform, net, block: 4 })
    veth({ near: `us${id}r`, far: 'host', farNetns: router, net, block: 8 })
    veth({ near: 'uplink', nearNetns: obs, far: 'obs', farNetns: router, net, block: 12 })
    veth({ near: 'platform', nearNetns: router, far: 'public', farNetns: platform, net, block: 16 })
    const address = `${net}.18`
    run('ip', ['netns', 'exec', router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'])
    run('ip', ['-n', obs, 'route', 'add', `${address}/32`, 'via', `${net}.14`])
    run('ip', ['-n', platform, 'route', 'add', 'default', 'via', `${net}.17`])
    run('ip', ['route', 'add', `${address}/32`, 'via', `${net}.10`])
    const drops = (...chains: readonly string[]): readonly string[][] =>
      chains.flatMap((chain) => [
        [chain, '-d', address, '-j', 'DROP'],
        [chain, '-s', address, '-j', 'DROP'],
      ])
    return {
      platform: { netns: platform, address, controlAddress: `${net}.6` },
      obs: { netns: obs, address: `${net}.2`, controlAddress: `${net}.2` },
      ownLink: link({ netns: obs, device: 'uplink', drops: drops('OUTPUT', 'INPUT') }),
      sharedLink: link({ netns: router, device: 'platform', drops: drops('FORWARD') }),
      stop,
    }
  } catch (error) {
    stop()
    const possible = canNetns()
    throw possible.present ? error : new Error(possible.reason, { cause: error })
  }
}

interface LinkPlace {
  readonly netns: string
  readonly device: string
  /** Rules whose presence makes the black hole. */
  readonly drops: readonly string[][]
}

function link({ netns, device, drops }: LinkPlace): Link {
  let fault: 'none' | 'blackhole' | 'narrow' = 'none'
  const inside = (...command: readonly [string, ...string[]]): void =>
    run('ip', ['netns', 'exec', netns, ...command])
  const restore = (): void => {
    if (fault === 'blackhole') for (const rule of drops) inside('iptables', '-w', '-D', ...rule)
    if (fault === 'narrow') inside('tc', 'qdisc', 'del', 'dev', device, 'root')
    fault = 'none'
  }
  return {
    blackhole: () => {
      restore()
      fault = 'blackhole'
      for (const rule of drops) inside('iptables', '-w', '-A', ...rule)
    },
    narrow: (kbit) => {
      restore()
      fault = 'narrow'
      inside('tc', 'qdisc', 'add', 'dev', device, 'root', 'tbf', ...tbf(kbit))
    },
    restore,
  }
}

function tbf(kbit: number): readonly string[] {
  return ['rate', `${kbit}kbit`, 'burst', '16kb', 'latency', '300ms']
}

interface Veth {
  readonly near: string
  readonly nearNetns?: string
  readonly far: string
  readonly farNetns: string
  /** First three bytes of the subnet, dotted. */
  readonly net: string
  /** Where this link's /30 begins. */
  readonly block: number
}

function veth({ near, nearNetns, far, farNetns, net, block }: Veth): void {
  const at = (netns: string | undefined): readonly string[] => (netns === undefined ? [] : ['-n', netns])
  run('ip', [...at(nearNetns), 'link', 'add', near, 'type', 'veth', 'peer', 'name', far, 'netns', farNetns])
  run('ip', [...at(nearNetns), 'addr', 'add', `${net}.${block + 1}/30`, 'dev', near])
  run('ip', [...at(farNetns), 'addr', 'add', `${net}.${block + 2}/30`, 'dev', far])
  run('ip', [...at(nearNetns), 'link', 'set', near, 'up'])
  run('ip', [...at(farNetns), 'link', 'set', far, 'up'])
}

function freeSubnet(): string {
  const taken = Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map((info) => info.address))
  for (;;) {
    const net = `10.${randomInt(64, 128)}.${randomInt(0, 256)}`
    if (!taken.some((address) => address.startsWith(`${net}.`))) return net
  }
}

function deleteNetns(name: string): void {
  try {
    run('ip', ['netns', 'del', name])
  } catch {
    // Was never made, or is gone.
  }
  untrackNamespace(name)
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 10_000 })
}
