import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plannersConfig } from './config.ts'
import { evenOut } from './even-out.ts'
import { drive, planOf, speeds, vehicle } from './testing/plans.ts'
import { at } from './testing/steady-car.ts'

const { limits, evenOut: off } = plannersConfig.parse({})
const allowing = (mostM: number) => ({ limits, vehicle, evenOut: { ...off, mostM } })

/** Poses at 10 m/s, each moved by so much along and across. */
const shaken = (along: readonly number[], across: readonly number[] = []) =>
  planOf(
    drive(Array(8).fill(10)).map(({ xM, yM, headingRad }, index) => ({
      xM: xM + (along[index] ?? 0),
      yM: yM + (across[index] ?? 0),
      headingRad,
    })),
  )
const JITTER = [0.4, -0.4, 0.3, -0.5, 0.4, 0.1, -0.4, 0.4]

describe('a plan that jitters', () => {
  it('is refused by default, and driven evenly where that is allowed', () => {
    const plan = shaken(JITTER)
    expect(at(0, { plan }).verdict.findings.map(({ check }) => check)).toContain('jerk')
    const config = plannersConfig.parse({ evenOut: { mostM: 1 } })
    const { verdict } = at(0, { plan, config })
    expect(verdict.findings).toEqual([])
    expect(verdict.changes[1]).toMatch(/^its poses moved by up to 0\.[3-6]\d m, to be even$/)
    verdict.steps.forEach(({ poseInEgo }, index) => {
      expect(Math.abs(poseInEgo.xM - 5 * (index + 1))).toBeLessThan(0.35)
    })
  })

  it('is as it was written when a pose would have to move further than allowed', () => {
    const plan = shaken(JITTER)
    const { movedM } = evenOut(plan, 10, allowing(1))
    expect(evenOut(plan, 10, allowing(movedM - 0.01))).toEqual({ plan, movedM: 0 })
    expect(evenOut(plan, 10, allowing(movedM + 0.01)).movedM).toBe(movedM)
  })

  it('goes as even a way across as along', () => {
    const { plan, movedM } = evenOut(shaken([], [0.7, -0.7, 0.7, -0.7, 0.7, -0.7, 0.7, -0.7]), 10, allowing(1))
    expect(movedM).toBeGreaterThan(0.2)
    for (const { poseInEgo } of plan.steps) expect(Math.abs(poseInEgo!.yM)).toBeLessThan(0.46)
  })

  it('at any speed, in any bend: never moved further than allowed, and nothing but its poses changes', () => {
    const moves = fc.array(fc.double({ min: -0.6, max: 0.6, noNaN: true }), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: -3, max: 2, noNaN: true }),
        moves,
        moves,
        (startMps, accelerationMps2, along, across) => {
          const poses = drive(speeds(startMps, accelerationMps2)).map((pose, index) => ({
            ...pose,
            xM: pose.xM + along[index]!,
            yM: pose.yM + across[index]! / 4,
          }))
          const written = planOf(poses)
          const { plan, movedM } = evenOut(written, startMps, allowing(1))
          const moved = plan.steps.map(({ poseInEgo }, index) =>
            Math.hypot(poseInEgo!.xM - poses[index]!.xM, poseInEgo!.yM - poses[index]!.yM),
          )
          expect(Math.max(...moved)).toBeCloseTo(movedM, 9)
          expect(movedM).toBeLessThanOrEqual(1)
          expect({ ...plan, steps: [] }).toEqual({ ...written, steps: [] })
        },
      ),
    )
  })
})

describe('a plan that a car can drive is the same object', () => {
  it.each([
    ['steady', drive(Array(8).fill(10)), 10],
    ['an emergency brake', drive(speeds(10, -8)), 10],
    ['a bend', drive(Array(8).fill(8), [0.2]), 8],
  ])('%s', (_, poses, egoSpeedMps) => {
    const plan = planOf(poses)
    expect(evenOut(plan, egoSpeedMps, allowing(1)).plan).toBe(plan)
  })
})

it.each([
  ['no pose', planOf([])],
  ['one pose', planOf(drive([10]))],
  ['a pose that is no number', planOf([...drive([10, 10]), { xM: Number.NaN, yM: 0, headingRad: 0 }])],
  ['a pose beyond the world', planOf([...drive([10, 10]), { xM: 1e300, yM: 0, headingRad: 0 }])],
])('of %s there is no even trajectory', (_, plan) => {
  expect(evenOut(plan, 10, allowing(2))).toEqual({ plan, movedM: 0 })
})
