// A language model writes a plan digit by digit: its poses may lead to the right place and still jump by half a metre, which no
// car can follow. A car follows the even trajectory between them.
import { Matrix, solve } from 'ml-matrix'
import type { Plan } from '#messages'
import type { CheckContext } from './check.ts'
import { curvature } from './checks/curvature.ts'
import { heading } from './checks/heading.ts'
import { jerk } from './checks/jerk.ts'
import { lateralAcceleration } from './checks/lateral-acceleration.ts'
import { longitudinalAcceleration } from './checks/longitudinal-acceleration.ts'
import type { EvenOutConfig } from './config.ts'
import { nodesOfPlan } from './trajectory.ts'

export interface Evened {
  readonly plan: Plan
  /** Of the pose that was moved furthest; 0: the plan is as it was written; m. */
  readonly movedM: number
}

/** What uneven poses run against; where the car is and how old the plan is matters to none of them. */
const EVENNESS = [heading, curvature, lateralAcceleration, longitudinalAcceleration, jerk]

/** A known place: the ego's now, and where its speed says that it was. */
interface Pinned {
  readonly timeS: number
  readonly xM: number
}

/**
 * The plan as it is written where a car can drive it; else the trajectory nearest to it (least squares of moved metres and of
 * jerk), if a car can drive that and no pose is moved further than allowed; else as it is written, for the checks to refuse.
 * Times after the plan's reference, as the plan has them; takes any numbers.
 */
export const evenOut = (
  plan: Plan,
  egoSpeedMps: number | undefined,
  { evenOut: config, ...context }: Pick<CheckContext, 'limits' | 'vehicle'> & { readonly evenOut: EvenOutConfig },
): Evened => {
  const asWritten: Evened = { plan, movedM: 0 }
  const isEven = (candidate: Plan): boolean => {
    const nodes = nodesOfPlan(candidate, egoSpeedMps)
    const at = { ...context, egoSpeedMps, egoYawRateRadps: undefined, ageS: 0, maxAgeS: 0 }
    return EVENNESS.every((check) => check(nodes, at).length === 0)
  }
  if (config.mostM === 0 || !canBeFitted(plan) || isEven(plan)) return asWritten

  const times = plan.steps.map(({ timeS }) => timeS)
  const poses = plan.steps.map(({ poseInEgo }) => poseInEgo!)
  const before = times[0]!
  const pinned = (xM: number): Pinned[] => [
    ...(egoSpeedMps === undefined ? [] : [{ timeS: -before, xM }]),
    { timeS: 0, xM: 0 },
  ]
  const still = pinned(0)
  const evenedOf = (values: readonly number[], known: readonly Pinned[]) =>
    fitEven(times, values, known, config.jerkPerM)
  const xs = evenedOf(
    poses.map(({ xM }) => xM),
    pinned(-(egoSpeedMps ?? 0) * before),
  )
  const ys = evenedOf(
    poses.map(({ yM }) => yM),
    still,
  )
  const headings = evenedOf(
    poses.map(({ headingRad }) => headingRad),
    still,
  )
  const movedM = Math.max(...poses.map(({ xM, yM }, index) => Math.hypot(xs[index]! - xM, ys[index]! - yM)))
  const evened: Plan = {
    ...plan,
    steps: plan.steps.map((step, index) => ({
      ...step,
      poseInEgo: { ...step.poseInEgo!, xM: xs[index]!, yM: ys[index]!, headingRad: headings[index]! },
    })),
  }
  return movedM <= config.mostM && isEven(evened) ? { plan: evened, movedM } : asWritten
}

/** Numbers beyond this are no place that a car could be at by the end of a plan; m. */
const FURTHEST_M = 1e4

/** At least two poses, at rising times, all of them places. */
const canBeFitted = ({ steps }: Plan): boolean =>
  steps.length >= 2 &&
  steps.every(({ timeS, poseInEgo }, index) => {
    const sinceS = timeS - (steps[index - 1]?.timeS ?? 0)
    const { xM, yM, headingRad } = poseInEgo ?? { xM: Number.NaN, yM: Number.NaN, headingRad: Number.NaN }
    return sinceS > 0.01 && sinceS < 10 && Math.abs(xM) + Math.abs(yM) + Math.abs(headingRad) < FURTHEST_M
  })

/** Third differences over four neighbours, divided by their times: the jerk between them. One row each four. */
const jerkOf = (times: readonly number[]): readonly (readonly number[])[] =>
  times.slice(3).map((_, row) =>
    times.map((timeS, column) => {
      if (column < row || column > row + 3) return 0
      const others = times.slice(row, row + 4).filter((_, index) => row + index !== column)
      return 6 / others.reduce((product, other) => product * (timeS - other), 1)
    }),
  )

/** Minimises the squares of (fitted - value) and of jerk / jerkPerM; what is pinned stays. */
const fitEven = (
  times: readonly number[],
  values: readonly number[],
  pinned: readonly Pinned[],
  jerkPerM: number,
): readonly number[] => {
  const rows = jerkOf([...pinned.map(({ timeS }) => timeS), ...times])
  const free = new Matrix(rows.map((row) => row.slice(pinned.length))).div(jerkPerM)
  const known = Matrix.columnVector(
    rows.map((row) => -pinned.reduce((sum, { xM }, index) => sum + row[index]! * xM, 0) / jerkPerM),
  )
  const transposed = free.transpose()
  const normal = Matrix.add(Matrix.eye(times.length), transposed.mmul(free))
  const right = Matrix.add(Matrix.columnVector([...values]), transposed.mmul(known))
  return solve(normal, right).getColumn(0)
}
