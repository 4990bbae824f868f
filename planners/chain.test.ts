import { describe, expect, it } from 'vitest'
import type { PlanarPose } from '#geometry'
import { chain } from './chain.ts'
import type { CheckContext } from './check.ts'
import { limitsSchema } from './limits.ts'
import { drive, planOf, speeds, vehicle } from './testing/plans.ts'
import { fromInstant, type Node, nodesOfPlan, seenFrom } from './trajectory.ts'

const limits = limitsSchema.parse({})
const context: CheckContext = {
  limits,
  vehicle,
  egoSpeedMps: 10,
  egoYawRateRadps: 0,
  ageS: 0,
  maxAgeS: 1,
}
const found = (nodes: readonly Node[], changes: Partial<CheckContext> = {}): string[] =>
  chain(nodes, { ...context, ...changes }).map(({ check }) => check)
const nodesOf = (poses: readonly PlanarPose[], egoSpeedMps = 10): readonly Node[] =>
  nodesOfPlan(planOf(poses), egoSpeedMps)
const steady = drive(Array(8).fill(10))
const changed = (index: number, change: Partial<PlanarPose>): PlanarPose[] =>
  steady.map((pose, at) => (at === index ? { ...pose, ...change } : pose))
const shifted = (xM: number, yM: number, headingRad: number): readonly Node[] =>
  seenFrom(nodesOf(steady), { xM, yM, headingRad })

describe('a plan that a careful driver might drive passes', () => {
  it.each<[string, number, PlanarPose[], number?]>([
    ['straight on', 10, steady],
    ['standing', 0, drive(Array(8).fill(0))],
    [
      'standing, with its poses off by their rounding',
      0,
      drive(Array(8).fill(0)).map((p, i) => ({
        ...p,
        xM: (i % 2) / 100,
        yM: -(i % 3) / 100,
        headingRad: (i % 2) / 100,
      })),
    ],
    ['braking at 2 m/s^2', 10, drive(speeds(10, -2))],
    ['braking to a stand at 3 m/s^2', 8, drive(speeds(8, -3))],
    ['setting off at 2 m/s^2', 0, drive(speeds(0, 2))],
    ['a gentle bend at 50 km/h', 14, drive(Array(8).fill(14), [0.15]), 0.15],
    ['a motorway bend at 130 km/h', 36, drive(Array(8).fill(36), [0.06]), 0.06],
    [
      'a right-angled turn at a junction',
      5,
      drive(Array(8).fill(5), [-0.2, -0.4, -0.5, -0.5, -0.5, -0.4, -0.3, -0.1]),
      -0.1,
    ],
    ['a change of lane', 15, drive(Array(8).fill(15), [0.05, 0.1, 0.05, 0, 0, -0.05, -0.1, -0.05])],
    ['an emergency stop', 20, drive(speeds(20, -8.5))],
    ['an emergency stop that sets in after a second', 20, drive([20, 20, ...speeds(20, -8, 6)])],
    [
      'straight on, with numbers rounded as the model writes them',
      10.03,
      drive(Array(8).fill(10.03), [0.037]).map((p) => ({
        xM: Math.round(p.xM * 100) / 100,
        yM: Math.round(p.yM * 100) / 100,
        headingRad: Math.round(p.headingRad * 100) / 100,
      })),
    ],
  ])('%s', (_, egoSpeedMps, poses, egoYawRateRadps = 0) => {
    expect(chain(nodesOf(poses, egoSpeedMps), { ...context, egoSpeedMps, egoYawRateRadps })).toEqual([])
  })
})

/** Just inside and just outside each limit. */
describe('each check keeps its limit', () => {
  const turned = (rad: number): PlanarPose[] => steady.map((pose) => ({ ...pose, headingRad: rad }))
  const speedStated = (by: number): readonly Node[] =>
    nodesOf(steady).map((node, index) => (index === 3 ? { ...node, speedMps: node.speedMps + by } : node))
  const timed = (index: number, timeS: number): readonly Node[] =>
    nodesOf(steady).map((node, at) => (at === index ? { ...node, timeS } : node))
  // Mean speeds over steps of 0.5 s whose second difference is a jerk of 1 m/s^3 each 0.25 m/s.
  const jerked = (mps3: number): PlanarPose[] =>
    drive([10, 10, 10 + mps3 / 4, 10 + mps3 / 4, 10 + mps3 / 4, 10 + mps3 / 4])
  const braked = (mps3: number): PlanarPose[] => {
    const rate = mps3 / 4
    return drive([40, 40, 40 - rate, 40 - 2 * rate, 40 - 3 * rate, 40 - 4 * rate])
  }
  const slip = limits.slipRad + Math.asin(limits.slipSlackM / 5)
  const tightest = Math.tan(vehicle.maxSteeringAngleRad) / vehicle.wheelbaseM
  // At 2 m/s, 1 m a step: the bend's own limit and the slack.
  const tightYawRate = (tightest + limits.turnSlackRad) * 2
  const lateralYawRate = (limits.lateralAccelerationMps2 + 10 * limits.headingResolutionRad * 2) / 10

  it.each<[string, string, readonly Node[], Partial<CheckContext>, readonly Node[], Partial<CheckContext>]>([
    ['age', 'oldest', nodesOf(steady), { ageS: 1 }, nodesOf(steady), { ageS: 1.001 }],
    ['age', 'furthest in the future', nodesOf(steady), { ageS: -0.1 }, nodesOf(steady), { ageS: -0.101 }],
    ['finite', 'largest number', nodesOf(steady), {}, nodesOf(changed(2, { yM: Number.NaN })), {}],
    ['stamps', 'shortest horizon', fromInstant(nodesOf(steady), 2), {}, fromInstant(nodesOf(steady), 2.001), {}],
    ['stamps', 'shortest step', fromInstant(timed(1, 0.05), 0.05), { egoSpeedMps: 10 }, timed(1, 0.0499), {}],
    [
      'spacing',
      'fastest',
      nodesOf(drive(Array(8).fill(49.99)), 49.99),
      { egoSpeedMps: 49.99 },
      nodesOf(drive(Array(8).fill(50.01)), 50.01),
      { egoSpeedMps: 50.01 },
    ],
    ['speed', 'widest mismatch', speedStated(2.99), {}, speedStated(3.01), {}],
    [
      'ego-speed',
      'widest mismatch',
      nodesOf(steady, 12.99),
      { egoSpeedMps: 12.99 },
      fromInstant(nodesOf(steady), 0.5),
      { egoSpeedMps: 13.01 },
    ],
    [
      'heading',
      'most sideways',
      nodesOf(turned(slip - 0.001).map((p, i) => (i === 0 ? { ...p, headingRad: 0.1 } : p))),
      {},
      nodesOf(turned(slip + 0.001).map((p, i) => (i === 0 ? { ...p, headingRad: 0.1 } : p))),
      {},
    ],
    [
      'curvature',
      'tightest',
      nodesOf(drive(Array(8).fill(2), [0, tightYawRate - 0.001, 0]), 2),
      { egoSpeedMps: 2 },
      nodesOf(drive(Array(8).fill(2), [0, tightYawRate + 0.001, 0]), 2),
      { egoSpeedMps: 2 },
    ],
    [
      'lateral-acceleration',
      'fastest bend',
      nodesOf(drive(Array(8).fill(10), [lateralYawRate - 0.001])),
      {},
      nodesOf(drive(Array(8).fill(10), [lateralYawRate + 0.001])),
      {},
    ],
    [
      'longitudinal-acceleration',
      'hardest speeding up',
      nodesOf(drive(speeds(10, 2.99))),
      {},
      nodesOf(drive(speeds(10, 3.01))),
      {},
    ],
    [
      'longitudinal-acceleration',
      'hardest braking',
      nodesOf(drive(speeds(40, -8.99)), 40),
      { egoSpeedMps: 40 },
      nodesOf(drive(speeds(40, -9.01)), 40),
      { egoSpeedMps: 40 },
    ],
    [
      'first-pose',
      'furthest',
      fromInstant(nodesOf(steady), 0.4).map((n) => ({ ...n, pose: { ...n.pose, xM: n.pose.xM - 4 + 1.99 + 0.045 } })),
      {},
      fromInstant(nodesOf(steady), 0.4).map((n) => ({ ...n, pose: { ...n.pose, xM: n.pose.xM - 4 + 2.01 + 0.045 } })),
      {},
    ],
    ['deviation', 'furthest along', shifted(1.99, 0, 0), {}, shifted(2.01, 0, 0), {}],
    ['deviation', 'furthest across', shifted(0, 0.79, 0), {}, shifted(0, -0.81, 0), {}],
    ['deviation', 'most turned', shifted(0, 0, 0.199), {}, shifted(0, 0, -0.201), {}],
  ])('%s: %s', (check, _, inside, insideContext, outside, outsideContext) => {
    expect(found(inside, insideContext)).not.toContain(check)
    expect(found(outside, outsideContext)).toContain(check)
  })

  it.each<[string, PlanarPose[], PlanarPose[], number]>([
    ['toward acceleration', jerked(8.36), jerked(8.38), 10],
    ['toward braking', braked(19.9), braked(20.1), 40],
  ])('jerk: fastest change %s', (_, inside, outside, egoSpeedMps) => {
    const jerks = (poses: PlanarPose[]) => found(nodesOf(poses, egoSpeedMps), { egoSpeedMps }).includes('jerk')
    expect([jerks(inside), jerks(outside)]).toEqual([false, true])
  })
})

describe('a plan that no one should drive is refused', () => {
  it.each<[string, string, PlanarPose[]]>([
    ['runs backward', 'heading', drive(Array(8).fill(10)).map((p) => ({ ...p, xM: -p.xM }))],
    ['moves sideways', 'heading', steady.map(({ xM }) => ({ xM: 0, yM: xM, headingRad: 0 }))],
    ['jumps', 'spacing', changed(4, { xM: 1e6 })],
    [
      'turns on the spot',
      'curvature',
      drive([10, 5, 1, 0, 0, 0, 0, 0]).map((p, i) => (i > 4 ? { ...p, headingRad: 1 } : p)),
    ],
    ['shakes between two speeds', 'jerk', drive([10, 12, 10, 12, 10, 12, 10, 12])],
    ['takes a bend too fast', 'lateral-acceleration', drive(Array(8).fill(10), [0.7])],
    ['starts at another speed than the ego has', 'speed', drive(Array(8).fill(16))],
    ['starts elsewhere', 'first-pose', steady.map((p) => ({ ...p, yM: 5 }))],
  ])('one that %s, for its %s', (_, check, poses) => {
    expect(found(fromInstant(nodesOf(poses), 0.1))).toContain(check)
  })

  it.each([
    ['no ego speed', { egoSpeedMps: undefined }, 'ego-speed'],
    ['an ego elsewhere in speed', { egoSpeedMps: -10 }, 'ego-speed'],
  ])('with %s', (_, changes, check) => {
    expect(found(nodesOf(steady), changes)).toContain(check)
  })

  it.each([
    ['time', { timeS: Number.NaN }],
    ['time', { timeS: Number.POSITIVE_INFINITY }],
  ])('with a %s that is no number', (_, change) => {
    expect(found(nodesOf(steady).map((node, index) => (index === 2 ? { ...node, ...change } : node)))).toEqual([
      'finite',
    ])
  })

  it('without steps, or without poses in them', () => {
    expect(found(nodesOf([]))).toEqual(['stamps'])
    const plan = planOf(steady)
    delete plan.steps[3]!.poseInEgo
    expect(found(nodesOfPlan(plan, 10))).toEqual(['finite'])
  })

  it('with a finding that says value, limit, unit, step and both in words', () => {
    const [finding] = chain(nodesOf(drive(speeds(10, 5))), context)
    expect(finding).toEqual({
      check: 'longitudinal-acceleration',
      value: expect.closeTo(5, 6),
      limit: 3,
      unit: 'm/s^2',
      step: expect.any(Number),
      message: 'acceleration: expected at most 3.000 m/s^2, found 5.000',
    })
  })
})
