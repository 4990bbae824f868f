import { readFileSync } from 'node:fs'
import { OutriderError } from '#errors'
import { type ClosedLoopSuite, parseClosedLoopSuite } from '../evaluation/closed-loop/suite.ts'
import { readCarConfig } from './car-config.ts'
import { type ClosedLoopCar, PLANNERS, type PlannerName } from './closed-loop-drive.ts'
import { parseDurationMs } from './duration.ts'
import { NO_BUNDLE } from './run-config.ts'
import { NANO, SHIPPED_LOOPS } from './shipped.ts'

export interface ClosedLoopFlags {
  readonly config?: string
  readonly rig?: string
  readonly bundle?: string
  readonly planner?: string
  readonly modelLatency?: string
  readonly weights?: string
}

/** The suite of a file, or the shipped one. Throws OutriderError SUITE_UNREADABLE and SUITE_INVALID. */
export const readClosedLoopSuite = (name: string): ClosedLoopSuite => {
  const path = name === 'held-out' ? SHIPPED_LOOPS : name
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new OutriderError({
      code: 'SUITE_UNREADABLE',
      expected: `held-out, or a suite file`,
      found: String(cause),
      cause,
    })
  }
  return parseClosedLoopSuite(text, path)
}

/** What the flags of a closed loop mean. Throws OutriderError CLOSED_LOOP_FLAG and as readCarConfig does. */
export const closedLoopCar = (
  flags: ClosedLoopFlags,
  { seconds, modelLatency }: Pick<ClosedLoopSuite, 'seconds' | 'modelLatency'>,
): ClosedLoopCar => {
  const planner = plannerName(flags.planner ?? 'model')
  if (planner === 'model' && flags.bundle === undefined && flags.config === undefined) {
    throw new OutriderError({
      code: 'CLOSED_LOOP_FLAG',
      expected: '--bundle with a compiled model',
      found: 'none',
      next: 'name one, or let another drive: --planner idm',
    })
  }
  if (planner === 'blind' && flags.weights === undefined) {
    throw new OutriderError({
      code: 'CLOSED_LOOP_FLAG',
      expected: '--weights with what the blind planner has learnt (.json)',
      found: 'none',
      next: 'train it: training/README.md says how',
    })
  }
  const bundle = planner === 'model' ? flags.bundle : NO_BUNDLE
  return {
    // No socket is opened: the sensors are called.
    car: readCarConfig(flags.config ?? NANO.car, { rig: flags.rig, bundle, sensors: 'ipc://none.sock' }),
    planner,
    ...(flags.weights === undefined ? {} : { weights: flags.weights }),
    latencyMs: flags.modelLatency === undefined ? modelLatency.p50Ms : parseDurationMs(flags.modelLatency),
    durationS: seconds,
  }
}

const plannerName = (text: string): PlannerName => {
  const found = PLANNERS.find((name) => name === text)
  if (found) return found
  throw new OutriderError({
    code: 'CLOSED_LOOP_FLAG',
    expected: `--planner with ${PLANNERS.join(', ')}`,
    found: JSON.stringify(text),
  })
}
