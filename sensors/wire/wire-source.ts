import { Subscriber } from 'zeromq'
import { Fault_Severity } from '#messages'
import type { Sensor } from '../sensor.ts'
import type { Reception, SensorSource } from '../source.ts'
import { bindSocket, checkAddress } from './address.ts'
import { dropStale } from './drop-stale.ts'
import { createFaultFold, type Occurrence } from './fault-fold.ts'
import { type Arrival, createInspector } from './inspect-message.ts'
import { WIRE_LIMITS, type WireLimits } from './limits.ts'
import type { WireClock } from './wire-message.ts'

export interface WireSourceOptions {
  /** ipc://PATH or tcp://HOST:PORT, to be bound. */
  readonly address: string
  /** What may come in, by topic: see `rigSensors`. */
  readonly sensors: ReadonlyMap<string, Sensor>
  readonly clock: WireClock
  readonly limits?: Partial<WireLimits>
}

/** Most messages taken in one turn of the event loop: timers come in between, however fast the senders are. */
const BATCH_MESSAGES = 128

/** How often folded faults are looked through; ms. */
const FLUSH_MS = 250

/**
 * Binds a SUB socket that drivers connect to. All that waits is taken in one turn, so that of several frames of a camera
 * the stale ones can be left out. `start` throws OutriderError WIRE_ADDRESS, WIRE_ADDRESS_IN_USE or WIRE_BIND.
 */
export const openWireSource = ({ address, sensors, clock, limits: some }: WireSourceOptions): SensorSource => {
  checkAddress(address)
  const limits = { ...WIRE_LIMITS, ...some }
  const socket = new Subscriber({
    receiveHighWaterMark: limits.queuedMessages,
    // One that is a little too large is taken, hashed and counted; past this ZeroMQ hangs up before it is in memory.
    maxMessageSize: 2 * limits.maxBytes,
    linger: 0,
  })
  let closed = false
  let release = async (): Promise<void> => socket.close()
  let receiving: Promise<void> | undefined
  let flushing: NodeJS.Timeout | undefined

  const receive = async (onReception: (reception: Reception) => void): Promise<void> => {
    const fold = createFaultFold((fault) => onReception({ kind: 'fault', fault }))
    const note = (occurrence: Occurrence): void => fold.note(occurrence, performance.now())
    const inspect = createInspector({ sensors, limits, note })
    flushing = setInterval(() => fold.flush(performance.now()), FLUSH_MS)
    socket.events.on('handshake:error:protocol', ({ error }) => note(handshakeFailed(error.message)))
    socket.events.on('handshake:error:other', ({ error }) => note(handshakeFailed(error.message)))
    socket.events.on('disconnect', () => note(SENDER_DISCONNECTED))

    let batch: Arrival[] = []
    let delivery: NodeJS.Immediate | undefined
    const deliver = (): void => {
      delivery = undefined
      const arrivals = batch
      batch = []
      for (const { sensor, payload, captureTimeNs } of dropStale(arrivals, clock.nowNs(), note)) {
        onReception({ kind: 'message', topic: sensor.topic, payload, captureTimeNs })
      }
    }
    // `receive` gives messages that wait without leaving the turn, so the immediate runs when none is left.
    for (let taken = 1; !closed; taken++) {
      const parts = await receiveParts(socket, () => closed)
      if (!parts) break
      const arrival = inspect(parts)
      if (arrival) batch.push(arrival)
      delivery ??= setImmediate(deliver)
      if (taken % BATCH_MESSAGES === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    if (delivery) clearImmediate(delivery)
    fold.flushAll()
  }

  return {
    async start(onReception) {
      release = await bindSocket(socket, address)
      socket.subscribe()
      receiving = receive(onReception)
    },
    async close() {
      if (closed) return
      closed = true
      clearInterval(flushing)
      await release()
      await receiving
    },
  }
}

/** Undefined when the socket was closed while it waited. */
const receiveParts = async (socket: Subscriber, isClosed: () => boolean): Promise<Buffer[] | undefined> => {
  try {
    return await socket.receive()
  } catch (error) {
    if (isClosed()) return undefined
    throw error
  }
}

/** Also all that is seen of a message past ZeroMQ's own limit, until the next of its topic shows the gap. */
const SENDER_DISCONNECTED: Occurrence = {
  code: 'sender-disconnected',
  topic: '',
  severity: Fault_Severity.INFO,
  message:
    'expected senders to stay; found that one has gone, or was cut off for a message of more than twice the limit',
  times: 1,
}

const handshakeFailed = (message: string): Occurrence => ({
  code: 'handshake-failed',
  topic: '',
  severity: Fault_Severity.WARNING,
  message: `expected a ZeroMQ 3.x publisher; found a peer that is none: ${message}`,
  times: 1,
})
