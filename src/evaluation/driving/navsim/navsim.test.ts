import { describe, expect, it } from 'vitest'
import { BODY, car, plan, STREET, situation, states, steady } from '../testing/straight-street.ts'
import { isComfortable, rideOf } from './comfort.ts'
import { drivableArea } from './drivable-area.ts'
import { drivingDirection } from './driving-direction.ts'
import { isSteady } from './extended-comfort.ts'
import { laneKeeping } from './lane-keeping.ts'
import { noAtFaultCollision } from './no-at-fault-collision.ts'
import { planStates } from './plan-states.ts'
import { progress, progressM } from './progress.ts'
import { lanesAt } from './road.ts'
import { epdms, type Graded, grade, navsimScore, pdms, type Terms } from './score.ts'
import { drivenIn, type Situation } from './situation.ts'
import { timeToCollision } from './time-to-collision.ts'
import { trafficLight } from './traffic-light.ts'

const inIt = (driven: ReturnType<typeof steady>, where: Situation = situation()) => drivenIn(driven, where)
/** Sideways by `offM` within the first two seconds, then along. */
const aside = (speedMps: number, offM: number) => {
  const share = (timeS: number) => (timeS < 2 ? (1 - Math.cos((Math.PI * timeS) / 2)) / 2 : 1)
  return states(
    plan((timeS) => [speedMps * timeS, offM * share(timeS)]),
    speedMps,
  )
}

describe('a plan at 10 Hz', () => {
  it('goes through its poses, from the ego on, with the speed it has', () => {
    const driven = steady(8)
    expect(driven).toHaveLength(41)
    expect(driven[0]).toMatchObject({ timeS: 0, pose: { xM: 0, yM: 0, headingRad: 0 } })
    expect(driven[35]!.pose.xM).toBeCloseTo(28, 9)
    for (const { speedMps, accelerationMps2 } of driven) {
      expect(speedMps).toBeCloseTo(8, 9)
      expect(accelerationMps2).toBeCloseTo(0, 9)
    }
  })

  it('lies where the ego lies in the map', () => {
    const ego = { poseInMap: { xM: 5, yM: 7, headingRad: Math.PI / 2 }, speedMps: 4, yawRateRadps: 0 }
    const last = planStates(
      plan((timeS) => [4 * timeS, 0]),
      ego,
    ).at(-1)!
    expect(last.pose.xM).toBeCloseTo(5, 9)
    expect(last.pose.yM).toBeCloseTo(23, 9)
  })

  it('brakes as its places say', () => {
    const braked = states(
      plan((timeS) => [10 * timeS - timeS * timeS, 0]),
      10,
    )
    for (const { accelerationMps2 } of braked.slice(3, 30)) expect(accelerationMps2).toBeCloseTo(-2, 1)
  })
})

it('a lane holds what lies within its width and between its ends', () => {
  const ids = (xM: number, yM: number) => lanesAt(STREET, { xM, yM }).map(({ lane }) => lane.id)
  expect(ids(0, 1.7)).toEqual(['ours'])
  expect(ids(0, 1.8)).toEqual(['theirs'])
  expect(ids(0, -1.8)).toEqual([])
  expect(ids(-101, 0)).toEqual([])
  expect(ids(100.5, 0)).toEqual([])
})

describe('NC', () => {
  it.each([
    ['a free road', [], 8, 1],
    ['a standing car ahead that it drives into', [car(20, 0)], 8, 0],
    ['a standing car ahead that it stops before', [car(40, 0)], 8, 1],
    ['a slower car ahead that it drives into', [car(12, 0, 2)], 8, 0],
    ['a faster car behind that drives into it', [car(-12, 0, 14)], 8, 1],
    ['a car that comes into a standing ego', [car(20, 0, -8)], 0, 1],
    ['a car that it touches from the beginning', [car(1, 0, 8)], 8, 1],
    ['a car that drives into its side', [{ ...car(16, 12), path: comingDown }], 8, 1],
  ])('with %s', (_, others, speedMps, expected) => {
    const where = situation({ others })
    expect(noAtFaultCollision(inIt(steady(speedMps), where), where)).toBe(expected)
  })

  it('holds a touch at the side against an ego that is in two lanes', () => {
    const others = [car(1.35, 3.2, 8)]
    const where = situation({ others })
    expect(noAtFaultCollision(inIt(aside(8, 1.4), where), where)).toBe(0)
  })
})

/** From the left across the way of the ego, into its middle: 8 m/s. */
const comingDown = Array.from({ length: 9 }, (_, index) => ({
  xM: 11.5,
  yM: 14 - 8 * index * 0.5,
  headingRad: -Math.PI / 2,
}))

describe('DAC', () => {
  it.each([
    [0, 1],
    [-0.8, 1],
    [-1.2, 0],
    [4.2, 1],
    [4.5, 0],
  ])('with the ego %f m to the left', (offM, expected) => expect(drivableArea(inIt(aside(8, offM)))).toBe(expected))
})

describe('TTC', () => {
  it('is lost a second before a crash, and not by following at the same speed', () => {
    const score = (others: Situation['others'], speedMps = 8) => {
      const where = situation({ others })
      return timeToCollision(inIt(steady(speedMps), where), where)
    }
    expect(score([car(12, 0, 8)])).toBe(1)
    // Its rear is 1.5 m ahead of where the ego ends: reached within 0.9 s.
    expect(score([car(3.5 + 32 + 1.5 + 2, 0)])).toBe(1)
    expect(score([car(3.5 + 28 + 2, 0)])).toBe(0)
    expect(score([car(8, 3.5, 8)])).toBe(1)
    expect(score([car(3.5 + 2 + 0.1, 0)], 0)).toBe(1)
  })
})

describe('EP', () => {
  it('is how far it came along the route, as a share of the better one', () => {
    expect(progressM(inIt(steady(8)), situation())).toBeCloseTo(32, 6)
    expect(progress({ progressM: 16, multiplier: 1 }, { progressM: 32, multiplier: 1 })).toBe(0.5)
    expect(progress({ progressM: 40, multiplier: 1 }, { progressM: 32, multiplier: 1 })).toBe(1)
    expect(progress({ progressM: 40, multiplier: 0 }, { progressM: 32, multiplier: 1 })).toBe(0)
    expect(progress({ progressM: 0, multiplier: 1 }, { progressM: 5, multiplier: 1 })).toBe(1)
    expect(progress({ progressM: 4, multiplier: 0 }, { progressM: 5, multiplier: 1 })).toBe(0)
  })
})

describe('DDC', () => {
  it('counts the metres in the lane of the others within a second', () => {
    expect(drivingDirection(inIt(steady(8)))).toBe(1)
    expect(drivingDirection(inIt(aside(8, 3.5)))).toBe(0)
    expect(drivingDirection(inIt(aside(3, 3.5)))).toBe(0.5)
    expect(drivingDirection(inIt(aside(0.5, 3.5)))).toBe(1)
  })
})

describe('TLC', () => {
  it.each([
    ['over a red line', 8, () => true, 0],
    ['over a green line', 8, () => false, 1],
    ['up to a red line', 4, () => true, 1],
    ['over a line that turns red behind it', 8, (_: string, timeS: number) => timeS > 3, 1],
    ['over a line that turned red before it', 8, (_: string, timeS: number) => timeS > 2, 0],
  ])('%s', (_, speedMps, isRedAt, expected) => {
    const where = situation({ isRedAt })
    expect(trafficLight(inIt(steady(speedMps), where), where)).toBe(expected)
  })
})

describe('LK', () => {
  it('is lost by 2 s off the middle of the lane', () => {
    const score = (offM: number) => laneKeeping(inIt(aside(8, offM)), situation())
    expect([score(0), score(0.4), score(0.7), score(-0.7)]).toEqual([1, 1, 0, 0])
    const swerve = states(
      plan((timeS) => [8 * timeS, timeS > 1 && timeS < 2.5 ? 0.8 : 0]),
      8,
    )
    expect(laneKeeping(inIt(swerve), situation())).toBe(1)
  })
})

describe('comfort', () => {
  it.each([
    ['steady', (timeS: number) => 8 * timeS, true],
    ['gently braking', (timeS: number) => 8 * timeS - (timeS * timeS) / 2, true],
    ['braking at 6 m/s^2', (timeS: number) => 25 * timeS - 3 * timeS * timeS, false],
    ['accelerating at 3 m/s^2', (timeS: number) => 8 * timeS + 1.5 * timeS * timeS, false],
    ['jolting', (timeS: number) => 8 * timeS + ((timeS * 2) % 2), false],
  ])('of a plan %s', (name, x, expected) => {
    const speedMps = name.startsWith('braking') ? 25 : 8
    expect(
      isComfortable(
        rideOf(
          states(
            plan((timeS) => [x(timeS), 0]),
            speedMps,
          ),
        ),
      ),
    ).toBe(expected)
  })

  it('of a turn at 6 m/s^2 sideways is lost', () => {
    const [speedMps, radiusM] = [12, 24]
    const poses = Array.from({ length: 8 }, (_, index) => {
      const headingRad = (speedMps * (index + 1) * 0.5) / radiusM
      const pose = { xM: radiusM * Math.sin(headingRad), yM: radiusM * (1 - Math.cos(headingRad)), headingRad }
      return { timeS: (index + 1) * 0.5, pose }
    })
    const ego = { poseInMap: { xM: 0, yM: 0, headingRad: 0 }, speedMps, yawRateRadps: speedMps / radiusM }
    expect(planStates(poses, ego)[20]!.lateralAccelerationMps2).toBeCloseTo(6, 1)
    expect(isComfortable(rideOf(planStates(poses, ego)))).toBe(false)
  })
})

it('EC: a plan is steady beside the same plan half a second before, and not beside one that brakes', () => {
  expect(isSteady(steady(8), steady(8), 0.5)).toBe(true)
  const braked = states(
    plan((timeS) => [8 * timeS - timeS * timeS, 0]),
    8,
  )
  expect(isSteady(steady(8), braked, 0.5)).toBe(false)
})

describe('the scores', () => {
  const best: Terms = { nc: 1, dac: 1, ddc: 1, tlc: 1, ep: 1, ttc: 1, c: 1, lk: 1, hc: 1, ec: 1 }

  it('weigh their terms as published', () => {
    expect([pdms(best), epdms(best)]).toEqual([1, 1])
    expect(pdms({ ...best, ep: 0.5, c: 0 })).toBeCloseTo(7.5 / 12, 12)
    expect(epdms({ ...best, ep: 0.5, lk: 0, ec: 0 })).toBeCloseTo(9.5 / 16, 12)
    expect(pdms({ ...best, nc: 0.5 })).toBe(0.5)
    expect([epdms({ ...best, tlc: 0 }), epdms({ ...best, ddc: 0.5 }), pdms({ ...best, tlc: 0 })]).toEqual([0, 0.5, 1])
    const { ec: _, ...alone } = best
    expect(epdms({ ...alone, ttc: 0 })).toBeCloseTo(9 / 14, 12)
  })

  const proposal = (driven: ReturnType<typeof steady>) => ({ states: driven, past: [] })

  it('of the reference itself are 1, of one that crashes 0, of one that stands without the progress', () => {
    const where = situation({ others: [car(50, 0)] })
    const graded = (driven: ReturnType<typeof steady>) => grade(proposal(driven), where)
    const score = (driven: ReturnType<typeof steady>) => navsimScore(graded(driven), graded(steady(8)))
    expect(score(steady(8))).toMatchObject({ pdms: 1, epdms: 1, ep: 1 })
    expect(score(steady(14))).toMatchObject({ nc: 0, pdms: 0, epdms: 0 })
    expect(score(steady(0))).toMatchObject({ ep: 0, pdms: 7 / 12 })
  })

  it('of the second kind pardon what the reference fails too', () => {
    const where = situation({ isRedAt: () => true })
    const [eight, four] = [8, 4].map((speed) => grade(proposal(steady(speed)), where)) as [Graded, Graded]
    const over = navsimScore(eight, eight)
    expect(over).toMatchObject({ tlc: 0, epdms: 1 })
    const alone = navsimScore(eight, four)
    expect(alone).toMatchObject({ tlc: 0, epdms: 0 })
  })
})

it('the body used is the car of the example', () => expect(BODY.lengthM - BODY.rearOverhangM).toBe(3.5))
