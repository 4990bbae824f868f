import { chmod, lstat, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Socket } from 'zeromq'
import { OutriderError } from '#errors'

/** sockaddr_un.sun_path on Linux holds 108 bytes with the 0 at its end: unix(7). */
const MAX_IPC_PATH_BYTES = 107

/** Read and write for the owner alone: whoever may write to the socket may show the car a road that is not there. */
const OWNER_ONLY = 0o600

/** Throws OutriderError WIRE_ADDRESS for what is neither ipc://PATH nor tcp://HOST:PORT. */
export const checkAddress = (address: string): void => {
  const path = ipcPath(address)
  const found = JSON.stringify(address)
  if (path === undefined && !/^tcp:\/\/.+:(\d+|\*)$/.test(address)) {
    throw new OutriderError({
      code: 'WIRE_ADDRESS',
      expected: 'ipc://PATH or tcp://HOST:PORT',
      found,
      next: 'ipc:// within one computer, tcp://127.0.0.1:PORT where that cannot be',
    })
  }
  if (path !== undefined && (path === '' || Buffer.byteLength(path) > MAX_IPC_PATH_BYTES)) {
    throw new OutriderError({
      code: 'WIRE_ADDRESS',
      expected: `an ipc path of 1 to ${MAX_IPC_PATH_BYTES} bytes`,
      found,
    })
  }
}

/**
 * Binds; an ipc socket is readable and writable by its owner alone. What comes back closes the socket and removes its
 * file, which ZeroMQ leaves. Throws OutriderError WIRE_ADDRESS, WIRE_ADDRESS_IN_USE or WIRE_BIND.
 */
export const bindSocket = async (socket: Socket, address: string): Promise<() => Promise<void>> => {
  checkAddress(address)
  const path = ipcPath(address)
  if (path !== undefined) {
    // ZeroMQ unlinks what is there and binds in its place: a second drive would rob the first, a slip delete a file.
    const there = await lstat(path).catch(() => undefined)
    if (there && !there.isSocket()) throw cannotBind(address, 'a file that is no socket')
    if (await hasListener(path)) throw inUse(address)
  }
  try {
    await socket.bind(address)
    if (path === undefined) return async () => socket.close()
    await chmod(path, OWNER_ONLY)
    const { ino } = await lstat(path)
    return async () => {
      socket.close()
      // Not the file of one who has bound there since.
      const there = await lstat(path).catch(() => undefined)
      if (there?.ino === ino) await unlink(path).catch(() => {})
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') throw inUse(address)
    throw cannotBind(address, message, cause)
  }
}

const ipcPath = (address: string): string | undefined =>
  address.startsWith('ipc://') ? address.slice('ipc://'.length) : undefined

const inUse = (address: string): OutriderError =>
  new OutriderError({
    code: 'WIRE_ADDRESS_IN_USE',
    expected: 'an address that nobody else has bound',
    found: `${address}, where another process listens`,
    next: 'end the other process or choose another address',
  })

const cannotBind = (address: string, found: string, cause?: unknown): OutriderError =>
  new OutriderError({
    code: 'WIRE_BIND',
    expected: 'an address of this computer that can be bound (tcp:// takes an IP address, an interface or *)',
    found: `${address}: ${found}`,
    cause,
  })

const hasListener = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect({ path })
    probe.once('connect', () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
