import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Rig } from '#calibration'
import { openTape } from '#log'
import type { Output } from '#pipeline'
import { createSimulation, type Scenario, type World, worldOf } from '#simulator'
import { blindPlanner } from '../evaluation/closed-loop/blind-planner.ts'
import { blindfoldedRig } from '../evaluation/closed-loop/blindfolded-rig.ts'
import { constantVelocityPlanner } from '../evaluation/closed-loop/constant-velocity-planner.ts'
import { expertPlanner } from '../evaluation/closed-loop/expert-planner.ts'
import { modelPlanner } from '../evaluation/closed-loop/model-planner.ts'
import type { ClosedLoopPlanner, LoopStep } from '../evaluation/closed-loop/planner.ts'
import { createReferee, type Referee } from '../evaluation/closed-loop/referee.ts'
import type { ClosedLoopScore } from '../evaluation/closed-loop/score.ts'
import { runClosedLoop, WARM_UP_S } from '../evaluation/closed-loop.ts'
import { driveBudget } from './budget.ts'
import type { CarConfig } from './car-config.ts'
import { readRig } from './read-rig.ts'
import { NO_BUNDLE, runConfigFor } from './run-config.ts'

export const PLANNERS = ['model', 'constant-velocity', 'idm', 'blind'] as const
export type PlannerName = (typeof PLANNERS)[number]

export interface ClosedLoopCar {
  readonly car: CarConfig
  readonly planner: PlannerName
  /** Of the blind planner: where its weights are, JSON. */
  readonly weights?: string
  readonly latencyMs: number
  readonly durationS: number
  /** Draw next to nothing; only for planners without eyes. */
  readonly blindfolded?: boolean
}

export interface ClosedLoopWatch {
  /** The tape to write; absent: none is written. */
  readonly out?: string
  readonly onStep?: (step: LoopStep, referee: Referee) => void
  readonly onOutput?: (output: Output) => void
  readonly signal?: AbortSignal
}

/** Drives one scenario in the closed loop and scores it. Throws as driveBudget, readRig and openTape do. */
export const driveClosedLoop = async (
  options: ClosedLoopCar,
  scenario: Scenario,
  watch: ClosedLoopWatch,
): Promise<ClosedLoopScore> => {
  const { car, planner: name, latencyMs, durationS } = options
  const wholeRig = readRig(car.rig)
  const rig = options.blindfolded ? blindfoldedRig(wholeRig) : wholeRig
  const world = worldOf(scenario)
  const resized = car.bundle === NO_BUNDLE ? [] : (await driveBudget(car, rig)).images.map(({ resized: size }) => size)
  const config = runConfigFor(car, rig, resized, {
    scenario: `${scenario.family} ${scenario.seed} ${scenario.weather ?? ''}`.trim(),
    planner: name,
    'model-latency-ms': String(latencyMs),
  })
  const timing = { latencyMs, durationS, warmUpS: WARM_UP_S }
  const planner = plannerOf(options, world, rig)
  const { vehicle } = rig
  const referee = createReferee({ scenario, world, vehicle, planner: planner.name, ...timing })
  const { out } = watch
  if (out !== undefined) mkdirSync(dirname(out), { recursive: true })
  const tape = out === undefined ? undefined : await openTape(out)
  try {
    const reason = await runClosedLoop(
      {
        world,
        simulation: createSimulation({ world, rig }),
        planner,
        tape: tape ?? { write: () => {} },
        onStep: (step) => {
          const end = referee.onStep(step)
          watch.onStep?.(step, referee)
          return end
        },
        onOutput: (output) => {
          referee.onOutput(output)
          watch.onOutput?.(output)
        },
        // The event loop has its turn too: for Ctrl-C, a bar on the terminal and the tape's disk.
        onPause: async () => {
          await tape?.flush()
          await new Promise((resolve) => setImmediate(resolve))
        },
      },
      { config, tickHz: car.pipeline.tickHz, ...timing, ...(watch.signal ? { signal: watch.signal } : {}) },
    )
    return referee.score(reason)
  } finally {
    await planner.close()
    await tape?.close()
  }
}

const plannerOf = ({ car, planner, weights = '' }: ClosedLoopCar, world: World, rig: Rig): ClosedLoopPlanner => {
  switch (planner) {
    case 'model':
      return modelPlanner({ bundle: car.bundle, ...car.model })
    case 'constant-velocity':
      return constantVelocityPlanner()
    case 'idm':
      return expertPlanner(world, rig.vehicle)
    case 'blind':
      return blindPlanner(weights)
  }
}
