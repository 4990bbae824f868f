// One live drive of the battery in a process of its own: `outrider drive` with a clock that jumps and a model that may be
// killed. Started with a DriveOrder as JSON; prints what a DriveResult says.
import { decode, PlanSchema } from '#messages'
import { startModelProcess } from '#model'
import type { Output } from '#pipeline'
import { readCarConfig } from '../../src/cli/car-config.ts'
import { drive } from '../../src/cli/drive.ts'
import { createSystemClock } from '../../src/cli/system-clock.ts'
import { type ClockJump, createJumpingClock } from './jumping-clock.ts'

export interface DriveOrder {
  readonly config: string
  readonly flags: Readonly<Record<string, unknown>>
  readonly clockJumps: readonly ClockJump[]
  readonly killModelAtMs?: number
  /** The drive ends when all of these have been reached, or `mostMs` has. */
  readonly leastMs: number
  readonly leastPlans: number
  readonly leastFaults: number
  readonly mostMs: number
}

export interface DriveResult {
  /** From the first frame set to the end, by the monotonic clock; ms. */
  readonly droveMs: number
}

const order: DriveOrder = JSON.parse(process.argv[2] ?? '')
const monotonicMs = (): number => performance.now()
const clock = createJumpingClock(createSystemClock(), order.clockJumps, monotonicMs)
const ending = new AbortController()

let startedMs: number | undefined
let kill = (): void => {}
const counts = { plans: 0, faults: 0 }

const onOutput = ({ topic, payload }: Output): void => {
  if (topic === '/fusion/frame-set' && startedMs === undefined) {
    startedMs = monotonicMs()
    if (order.killModelAtMs !== undefined) setTimeout(() => kill(), order.killModelAtMs)
  }
  if (topic === '/tasks/plan' && !decode(PlanSchema, payload).posesOnly) {
    counts.plans += 1
    clock.start()
  }
  if (topic === '/pipeline/fault') counts.faults += 1
  const droveMs = startedMs === undefined ? 0 : monotonicMs() - startedMs
  const enough = droveMs >= order.leastMs && counts.plans >= order.leastPlans && counts.faults >= order.leastFaults
  if (enough || droveMs > order.mostMs) ending.abort()
}

await drive(readCarConfig(order.config, order.flags), {
  signal: ending.signal,
  tell: () => {},
  onOutput,
  clock,
  startModel: (options) => {
    const model = startModelProcess(options)
    kill = model.kill
    return model
  },
})
const result: DriveResult = { droveMs: startedMs === undefined ? 0 : monotonicMs() - startedMs }
console.log(JSON.stringify(result))
