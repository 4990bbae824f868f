import { Publisher } from 'zeromq'
import type { OutputSink } from '../source.ts'
import { bindSocket } from './address.ts'
import { createWireMessages, type WireClock } from './wire-message.ts'

export interface WireSinkOptions {
  /** ipc://PATH or tcp://HOST:PORT, to be bound. */
  readonly address: string
  readonly clock: WireClock
}

/** Messages that wait for one reader: ten seconds of verdicts at 20 Hz with plans and faults among them. */
const QUEUED_MESSAGES = 256

/** Long enough for the last verdict on a loaded machine, short enough not to hold up the end of a drive. */
const LINGER_MS = 500

/** Binds a PUB socket for whoever wants to read. Throws OutriderError WIRE_ADDRESS, WIRE_ADDRESS_IN_USE or WIRE_BIND. */
export const openWireSink = async ({ address, clock }: WireSinkOptions): Promise<OutputSink> => {
  // With a timeout of 0 every send is done before it returns: a PUB queue that is full drops, and nothing waits.
  const socket = new Publisher({ sendHighWaterMark: QUEUED_MESSAGES, sendTimeout: 0, linger: LINGER_MS })
  const release = await bindSocket(socket, address)
  const toParts = createWireMessages(clock)
  let closed = false
  return {
    publish(topic, payload) {
      if (closed) return
      socket.send(toParts(topic, payload)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EAGAIN') throw error
      })
    },
    async close() {
      if (closed) return
      closed = true
      await release()
    },
  }
}
