import { setTimeout as sleep } from 'node:timers/promises'
import { XPublisher } from 'zeromq'
import { bindSocket, checkAddress } from './address.ts'
import { createWireMessages, type WireClock } from './wire-message.ts'

export interface WirePublisherOptions {
  readonly address: string
  /** A driver connects to the drive that has bound; `bind` is for a sender that many listen to. */
  readonly mode: 'connect' | 'bind'
  /** When a reader is too slow: `drop` loses the message, as a real driver must; `wait` holds the sender up. */
  readonly whenFull: 'drop' | 'wait'
  readonly clock: WireClock
}

/** Sends sensor messages as a driver does. */
export interface WirePublisher {
  /** Resolves when somebody has subscribed, at once if somebody has; rejects when the signal is aborted. */
  waitForSubscriber(signal?: AbortSignal): Promise<void>
  /**
   * False when the message is lost, the queue being full or nobody there: a reader sees the gap in the sequence. Await it
   * before the next. The payload is sent without a copy and must never be changed.
   */
  publish(topic: string, payload: Uint8Array): Promise<boolean>
  /** Lets go; what is queued is still sent, for at most `LINGER_MS`, before the process ends. */
  close(): Promise<void>
}

/** Messages that wait for one reader: three seconds of six cameras at 12 Hz and ego state at 20 Hz. */
const QUEUED_MESSAGES = 256

/** Six raw 1600x900 frames, 26 MB, take 100 ms over tcp; a stalled reader is not worth more than this. */
const LINGER_MS = 2000

/** How soon a full queue is tried again: ZeroMQ says nothing when an XPUB's queue has room. */
const RETRY_MS = 1

/** Throws OutriderError WIRE_ADDRESS, and when it binds WIRE_ADDRESS_IN_USE or WIRE_BIND. */
export const openWirePublisher = async ({
  address,
  mode,
  whenFull,
  clock,
}: WirePublisherOptions): Promise<WirePublisher> => {
  checkAddress(address)
  const socket = new XPublisher({
    sendHighWaterMark: QUEUED_MESSAGES,
    linger: LINGER_MS,
    // Together: a full queue is an error at once, so that what is lost can be counted.
    noDrop: true,
    sendTimeout: 0,
    // Without it a connection that is gone keeps its queue, and a drive that comes back is fed the oldest frames first.
    immediate: true,
  })
  let release = async (): Promise<void> => socket.close()
  if (mode === 'bind') release = await bindSocket(socket, address)
  else socket.connect(address)

  const subscriptions = new Set<string>()
  const subscribed = new EventTarget()
  let closed = false
  const watch = async (): Promise<void> => {
    while (!closed) {
      const [message] = await socket.receive().catch((error) => {
        if (closed) return []
        throw error
      })
      if (!message) return
      const prefix = message.subarray(1).toString('utf8')
      if (message[0] === 1) subscriptions.add(prefix)
      else if (message[0] === 0) subscriptions.delete(prefix)
      if (subscriptions.size > 0) subscribed.dispatchEvent(new Event('subscribed'))
    }
  }
  const watching = watch()
  const toParts = createWireMessages(clock)

  return {
    waitForSubscriber: (signal) =>
      new Promise((resolve, reject) => {
        if (subscriptions.size > 0) return resolve()
        if (signal?.aborted) return reject(signal.reason)
        subscribed.addEventListener('subscribed', () => resolve(), { once: true, ...(signal ? { signal } : {}) })
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      }),
    async publish(topic, payload) {
      const parts = toParts(topic, payload)
      while (subscriptions.size > 0) {
        try {
          await socket.send(parts)
          return true
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
          if (whenFull === 'drop') return false
          await sleep(RETRY_MS)
        }
      }
      return false
    },
    async close() {
      if (closed) return
      closed = true
      await release()
      await watching
    },
  }
}
