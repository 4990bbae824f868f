import { Subscriber, XPublisher } from 'zeromq'
import { bindSocket, checkAddress } from './address.ts'
import { createFaultLine, type FaultLine, type WireParts } from './fault-line.ts'
import type { FaultRule } from './fault-script.ts'
import { WIRE_LIMITS } from './limits.ts'

export interface FaultProxyOptions {
  /** Bound: senders connect to it as they would to the drive. */
  readonly listen: string
  /** Connected to: what the drive has bound. */
  readonly forward: string
  readonly script: readonly FaultRule[]
  /** Chooses which messages the script's chances strike. */
  readonly seed: number
}

/** A bad network and bad sensors between the senders and a drive, for tests. */
export interface FaultProxy {
  /** Messages taken in, struck by each kind of fault, and refused by the drive's full queue. */
  counts(): ReturnType<FaultLine['counts']> & { readonly refused: number }
  /** Lets go of what still waits. */
  close(): Promise<void>
}

/**
 * Forwards every message as it came but for the faults of its script; it listens to the senders once the drive listens to
 * it. Throws OutriderError WIRE_ADDRESS, WIRE_ADDRESS_IN_USE or WIRE_BIND.
 */
export const openFaultProxy = async ({ listen, forward, script, seed }: FaultProxyOptions): Promise<FaultProxy> => {
  checkAddress(forward)
  const upstream = new Subscriber({ receiveHighWaterMark: WIRE_LIMITS.queuedMessages, linger: 0 })
  const release = await bindSocket(upstream, listen)
  // As a driver has it: a full queue is an error at once, and the message is lost.
  const downstream = new XPublisher({
    sendHighWaterMark: WIRE_LIMITS.queuedMessages,
    noDrop: true,
    sendTimeout: 0,
    immediate: true,
    linger: 0,
  })
  downstream.connect(forward)

  const line = createFaultLine(script, seed)
  let refused = 0
  let closed = false
  let timer: NodeJS.Timeout | undefined

  let sending: Promise<void> = Promise.resolve()
  const send = async (messages: readonly WireParts[]): Promise<void> => {
    for (const parts of messages) {
      if (closed) return
      try {
        await downstream.send(parts as unknown as Uint8Array[])
      } catch (error) {
        if (closed) return
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
        refused += 1
      }
    }
  }
  const sendDue = (): void => {
    clearTimeout(timer)
    const messages = line.due(performance.now())
    if (messages.length > 0) sending = sending.then(() => send(messages))
    const nextMs = line.nextMs()
    if (nextMs !== undefined && !closed) timer = setTimeout(sendDue, Math.max(1, nextMs - performance.now()))
  }

  const receiveFrom = async (socket: Subscriber | XPublisher): Promise<Buffer[] | undefined> => {
    try {
      return await socket.receive()
    } catch (error) {
      if (closed) return undefined
      throw error
    }
  }
  const forwarding = (async () => {
    // The drive's subscription; until then a sender that asks whether anybody listens is told nobody does.
    if (!(await receiveFrom(downstream))) return
    upstream.subscribe()
    for (let parts = await receiveFrom(upstream); parts; parts = await receiveFrom(upstream)) {
      const [topic, header, payload] = parts
      if (!topic || !header || !payload) continue
      line.take([topic, header, payload], performance.now())
      sendDue()
    }
  })()

  return {
    counts: () => ({ ...line.counts(), refused }),
    async close() {
      if (closed) return
      closed = true
      clearTimeout(timer)
      await release()
      await sending
      downstream.close()
      await forwarding
    },
  }
}
