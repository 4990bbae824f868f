import { extrapolateConstantTurnRate, type PlanarPose } from '#geometry'
import { plannersConfig } from '../config.ts'
import type { Ego } from '../ego-motion.ts'
import { type JudgeInput, type Judgement, judge } from '../judge.ts'
import { initialPlannersState } from '../state.ts'
import { drive, ns, planOf, T0, vehicle } from './plans.ts'

export const config = plannersConfig.parse({})
export const start: PlanarPose = { xM: 600, yM: -1200, headingRad: 2.5 }

/** A car at 10 m/s that keeps its yaw rate, at a time after T0. */
export const egoAt = (timeS: number, yawRateRadps = 0): Ego => ({
  pose: extrapolateConstantTurnRate(start, 10, yawRateRadps, timeS),
  speedMps: 10,
  accelerationMps2: 0,
  yawRateRadps,
})

/** The judgement at a time after T0 of that car, which goes straight. */
export const at = (timeS: number, changes: Partial<JudgeInput> = {}): Judgement =>
  judge({
    tickTimeNs: T0 + ns(timeS),
    egoAtTick: egoAt(timeS),
    egoAtPlanReference: egoAt(0),
    vehicle,
    config,
    state: initialPlannersState,
    ...changes,
  })

/** What that car does anyway. */
export const steady = planOf(drive(Array(8).fill(10)))

export const codes = ({ faults }: Judgement): string[] => faults.map(({ code }) => code)
