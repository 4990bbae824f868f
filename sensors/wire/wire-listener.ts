import { Subscriber } from 'zeromq'
import { checkAddress } from './address.ts'

export interface WireListenerOptions {
  /** What a drive has bound with its `publish`; whoever binds may come later, and may come back. */
  readonly address: string
  readonly topics: readonly string[]
  /** Called in order, on the main loop; must not throw. */
  readonly onMessage: (topic: string, payload: Uint8Array) => void
}

/** Listens to what a drive publishes, as a car's controller does. */
export interface WireListener {
  close(): Promise<void>
}

/** Verdicts that wait: ten seconds of them. */
const QUEUED_MESSAGES = 256

/** Connects to a drive's outputs. What is no message of three parts is passed over. Throws OutriderError WIRE_ADDRESS. */
export const openWireListener = ({ address, topics, onMessage }: WireListenerOptions): WireListener => {
  checkAddress(address)
  const socket = new Subscriber({ receiveHighWaterMark: QUEUED_MESSAGES, linger: 0 })
  socket.connect(address)
  socket.subscribe(...topics)
  let closed = false
  const listen = async (): Promise<void> => {
    while (!closed) {
      const parts = await socket.receive().catch((error) => {
        if (closed) return []
        throw error
      })
      const [name, , payload] = parts
      const topic = name?.toString('utf8') ?? ''
      // A subscription is a prefix.
      if (parts.length === 3 && payload && topics.includes(topic)) onMessage(topic, payload)
    }
  }
  const listening = listen()
  return {
    async close() {
      if (closed) return
      closed = true
      socket.close()
      await listening
    },
  }
}
