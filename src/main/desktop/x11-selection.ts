import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Just enough of the X11 protocol (X Window System Protocol, version 11, "Connection Setup", InternAtom,
 * GetSelectionOwner) to ask who owns a selection. No tool that is installed everywhere can be asked that.
 */
export type SelectionState = 'owned' | 'free' | 'unknown'

/** `display`: as in DISPLAY; only one of this PC (':0', 'unix:0') is asked, by its socket file. */
export async function selectionOwner(
  display: string,
  selection: string,
  env: NodeJS.ProcessEnv,
  deadlineMs: number,
): Promise<SelectionState> {
  const number = /^(?:unix)?:(?<number>\d+)(?:\.\d+)?$/.exec(display)?.groups?.['number']
  if (number === undefined) return 'unknown'
  const cookie = await cookieOf(number, env)
  return new Promise((resolve) => {
    const socket = connect(`/tmp/.X11-unix/X${number}`)
    const finish = (state: SelectionState): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(state)
    }
    const timer = setTimeout(() => {
      finish('unknown')
    }, deadlineMs)
    socket.on('error', () => {
      finish('unknown')
    })
    socket.on('close', () => {
      finish('unknown')
    })
    socket.on('connect', () => {
      socket.write(setup(cookie))
      void talk(socket, selection).then(finish, () => {
        finish('unknown')
      })
    })
  })
}

const authName = 'MIT-MAGIC-COOKIE-1'

async function talk(socket: Socket, selection: string): Promise<SelectionState> {
  const read = reader(socket)
  const head = await read(8)
  // 1: success. Anything else is a refusal (no cookie, no room).
  if (head.readUInt8(0) !== 1) return 'unknown'
  await read(head.readUInt16LE(6) * 4)
  socket.write(internAtom(selection))
  const atomReply = await read(32)
  if (atomReply.readUInt8(0) !== 1) return 'unknown'
  const atom = atomReply.readUInt32LE(8)
  // Nobody has ever used that name.
  if (atom === 0) return 'free'
  socket.write(getSelectionOwner(atom))
  const owner = await read(32)
  if (owner.readUInt8(0) !== 1) return 'unknown'
  return owner.readUInt32LE(8) === 0 ? 'free' : 'owned'
}

/** Waits for so many bytes; what came beyond them is kept for the next. */
function reader(socket: Socket): (length: number) => Promise<Buffer> {
  let held = Buffer.alloc(0)
  let wake = (): void => undefined
  socket.on('data', (chunk) => {
    held = Buffer.concat([held, chunk])
    wake()
  })
  return async (length) => {
    while (held.length < length) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    const taken = held.subarray(0, length)
    held = held.subarray(length)
    return taken
  }
}

const pad = (length: number): number => (4 - (length % 4)) % 4

function setup(cookie: Buffer): Buffer {
  const name = cookie.length === 0 ? '' : authName
  const head = Buffer.alloc(12)
  head.write('l', 0, 'latin1') // little endian
  head.writeUInt16LE(11, 2)
  head.writeUInt16LE(name.length, 6)
  head.writeUInt16LE(cookie.length, 8)
  return Buffer.concat([
    head,
    Buffer.from(name, 'latin1'),
    Buffer.alloc(pad(name.length)),
    cookie,
    Buffer.alloc(pad(cookie.length)),
  ])
}

function internAtom(name: string): Buffer {
  const length = 8 + name.length + pad(name.length)
  const request = Buffer.alloc(length)
  request.writeUInt8(16, 0)
  request.writeUInt8(1, 1) // only if it exists
  request.writeUInt16LE(length / 4, 2)
  request.writeUInt16LE(name.length, 4)
  request.write(name, 8, 'latin1')
  return request
}

function getSelectionOwner(atom: number): Buffer {
  const request = Buffer.alloc(8)
  request.writeUInt8(23, 0)
  request.writeUInt16LE(2, 2)
  request.writeUInt32LE(atom, 4)
  return request
}

/** The display's cookie from the authority file (Xau(3)); empty where there is none, which some servers allow. */
async function cookieOf(number: string, env: NodeJS.ProcessEnv): Promise<Buffer> {
  const path = env['XAUTHORITY'] ?? join(env['HOME'] ?? homedir(), '.Xauthority')
  try {
    return parseAuthority(await readFile(path), number)
  } catch {
    return Buffer.alloc(0)
  }
}

/** Entries of: family, address, number, name, data; each but the first with its length before it, big endian. */
export function parseAuthority(file: Buffer, number: string): Buffer {
  let offset = 0
  const field = (): Buffer => {
    const length = file.readUInt16BE(offset)
    const start = offset + 2
    offset = start + length
    if (offset > file.length) throw new RangeError('the authority file is cut off')
    return file.subarray(start, offset)
  }
  while (offset < file.length) {
    offset += 2
    field()
    const display = field().toString('latin1')
    const name = field().toString('latin1')
    const data = field()
    if (name === authName && (display === number || display === '')) return data
  }
  return Buffer.alloc(0)
}
