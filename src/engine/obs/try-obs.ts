import { connect } from 'node:net'
import { homedir } from 'node:os'
import { problem, type Problem } from '../../core/problem'
import type { Config } from '../../shared/settings/config'
import type { Logger } from '../ports'
import { loginProblem } from './connection'
import { defaultObsPort, discoverObs } from './installed/discover'
import { diskFiles } from './installed/files'
import { isLocal } from './installed/process'
import { versionSchema } from './replies'
import { openSession } from './session'

/** How far the way to OBS goes, step by step. */
export type ObsTrial =
  | { readonly step: 'files'; readonly problem: Problem | null; readonly port: number }
  | { readonly step: 'port'; readonly problem: Problem | null; readonly address: string }
  | { readonly step: 'login'; readonly problem: Problem | null; readonly version: string | null }

const portDeadlineMs = 3_000
const loginDeadlineMs = 5_000

/** Files, port, login with a socket of its own: the connection that watches OBS is not touched. */
export async function tryObs(config: Config['obs'], logger: Logger): Promise<readonly ObsTrial[]> {
  const trials: ObsTrial[] = []
  const system = { platform: process.platform, env: process.env, home: homedir() }
  const filesMatter = isLocal(config.host) || config.configDir !== null
  const found = filesMatter ? await discoverObs(diskFiles, system, config.configDir) : null
  const port = config.port ?? (found?.ok === true ? found.value.port : defaultObsPort)
  if (found !== null) trials.push({ step: 'files', problem: found.ok ? null : found.problem, port })

  const address = `${config.host}:${port}`
  const listens = await answersAt(config.host, port)
  trials.push({ step: 'port', problem: listens ? null : problem('obs-unreachable', { address }), address })
  if (!listens) return trials

  const password = config.password ?? (found?.ok === true ? found.value.password : null)
  const host = config.host.includes(':') ? `[${config.host}]` : config.host
  const opened = await openSession({
    url: `ws://${host}:${port}`,
    password,
    deadlineMs: loginDeadlineMs,
    logger,
  })
  if (!opened.ok) {
    const why = loginProblem(opened.failure, password !== null, address)
    return [...trials, { step: 'login', problem: why, version: null }]
  }
  const version = await opened.session.call('GetVersion', versionSchema)
  opened.session.drop()
  return [
    ...trials,
    version.ok
      ? { step: 'login', problem: null, version: version.value.obsVersion }
      : { step: 'login', problem: problem('obs-timeout', { what: 'GetVersion' }), version: null },
  ]
}

function answersAt(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const finish = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(portDeadlineMs, () => finish(false))
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
  })
}
