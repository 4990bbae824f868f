// A car's drivers in one process, until they are killed: six cameras at 12 Hz in a burst, ego state at 50 Hz, a route at 1 Hz.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CompressedImageSchema,
  cameraTopic,
  EgoStateSchema,
  encode,
  RouteCommand_Command,
  RouteCommandSchema,
  timestampFromNs,
  VIEWS,
} from '#messages'
import { openWirePublisher } from '#sensors'
import { createSystemClock } from '../../src/cli/system-clock.ts'
import { numbered } from './draw-frames.ts'

const CAMERA_HZ = 12
const EGO_HZ = 50
const ROUTE_HZ = 1
const SPEED_MPS = 5

const [address, folder] = process.argv.slice(2) as [string, string]
const clock = createSystemClock()
const startNs = clock.nowNs()
const jpegs = VIEWS.map((_, index) => readFileSync(join(folder, `${index}.jpg`)))
const publisher = await openWirePublisher({ address, mode: 'connect', whenFull: 'drop', clock })

/** Calls at a fixed rate, however long a call takes. */
const repeat = async (hz: number, call: (number: number) => Promise<void>): Promise<never> => {
  const startMs = performance.now()
  for (let number = 0; ; number++) {
    await call(number)
    await sleep(Math.max(0, startMs + ((number + 1) * 1000) / hz - performance.now()))
  }
}

const sendFrames = async (number: number): Promise<void> => {
  const captureTimeNs = clock.nowNs()
  for (const [index, view] of VIEWS.entries()) {
    const timestamp = timestampFromNs(captureTimeNs)
    const data = numbered(jpegs[index]!, number)
    const frame = { timestamp, frameId: `camera/${view}`, format: 'jpeg', data }
    await publisher.publish(cameraTopic(view), encode(CompressedImageSchema, frame))
  }
}

const sendEgo = async (): Promise<void> => {
  const captureTimeNs = clock.nowNs()
  const x = (SPEED_MPS * Number(captureTimeNs - startNs)) / 1e9
  const state = {
    captureTimeNs,
    poseInMap: { position: { x, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
    velocityInEgoMps: { x: SPEED_MPS, y: 0, z: 0 },
    accelerationInEgoMps2: { x: 0, y: 0, z: 0 },
    yawRateRadps: 0,
  }
  await publisher.publish('/sensors/ego', encode(EgoStateSchema, state))
}

const sendRoute = async (): Promise<void> => {
  const route = { captureTimeNs: clock.nowNs(), command: RouteCommand_Command.STRAIGHT }
  await publisher.publish('/sensors/route', encode(RouteCommandSchema, route))
}

await publisher.waitForSubscriber()
await Promise.all([repeat(CAMERA_HZ, sendFrames), repeat(EGO_HZ, sendEgo), repeat(ROUTE_HZ, sendRoute)])
