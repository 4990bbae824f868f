// A driver in a process of its own, for the tests: node … sender-process.ts '{"address": …}'. Prints how many it lost.
import { setTimeout as sleep } from 'node:timers/promises'
import { openWirePublisher } from '../wire-publisher.ts'
import { cameraPayload, jpegHeader } from './sample-messages.ts'

export interface SenderOrder {
  readonly address: string
  readonly frames: number
  readonly frameBytes: number
  readonly everyMs: number
  readonly whenFull: 'drop' | 'wait'
}

const { address, frames, frameBytes, everyMs, whenFull }: SenderOrder = JSON.parse(process.argv[2] ?? '')
const clock = { nowNs: () => BigInt(Date.now()) * 1_000_000n }
const data = jpegHeader(64, 48, frameBytes)

const publisher = await openWirePublisher({ address, mode: 'connect', whenFull, clock })
await publisher.waitForSubscriber()
let lost = 0
for (let frame = 0; frame < frames; frame++) {
  const sent = await publisher.publish('/sensors/camera/front', cameraPayload('front', clock.nowNs(), data))
  if (!sent) lost += 1
  if (everyMs > 0) await sleep(everyMs)
}
await publisher.close()
console.log(lost)
