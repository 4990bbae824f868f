import { describe, expect, it } from 'vitest'
import { NANO } from '../../../test/nano-car.ts'
import { worldOf } from '../scenarios.ts'
import { unsteered } from '../unsteered.ts'
import type { Course } from '../world.ts'
import { expertTruth } from './expert.ts'
import { atOtherSpeeds } from './other-speeds.ts'

const courseOf = (family: string, seed: number, seconds: number): Course =>
  unsteered(worldOf({ family, seed }).begin(NANO.vehicle), seconds).at(-1)!

const following = (course: Course) => unsteered(course, 4).map(({ moment }) => moment)

const PLACES = [
  ['intersection', 3, 3],
  ['winding', 2, 5],
  ['multi-lane', 5, 2],
  ['town', 1, 3],
] as const

describe.each(PLACES)('other speeds in %s %i after %i s', (family, seed, seconds) => {
  const course = courseOf(family, seed, seconds)
  const told = atOtherSpeeds(course, 5, seed)

  it('are spread over those that are driven, and each begins with its own', () => {
    expect(told.length).toBeGreaterThan(0)
    const speeds = told.map(({ speedMps }) => speedMps!)
    expect(speeds).toEqual(speeds.toSorted((a, b) => a - b))
    expect(speeds.at(-1)).toBeLessThan(course.moment.egoPlan.speedLimitMps * 1.1)
    for (const { speedMps, expert } of told) {
      // Within half a second a pedal changes less than 3 m/s^2 of it, but for one who begins to brake hard.
      const { xM } = expert!.steps![0]!.poseInEgo!
      expect(Math.abs(xM! - speedMps! * 0.5)).toBeLessThan(0.6)
    }
  })

  it('leave everybody else as they are', () => {
    const { moment } = course.atSpeed(4)
    expect(moment.agents).toEqual(course.moment.agents)
    expect(moment.lights).toEqual(course.moment.lights)
    expect(moment.ego).toMatchObject({ pose: course.moment.ego.pose, speedMps: 4, accelerationMps2: 0 })
  })

  it('are the same when told again', () => {
    expect(atOtherSpeeds(courseOf(family, seed, seconds), 5, seed)).toEqual(told)
  })

  it('tell at its own speed what it does, but for the foot on the pedal', () => {
    const own = expertTruth(following(course))
    const again = expertTruth(following(course.atSpeed(course.moment.ego.speedMps)))
    own.steps!.forEach(({ poseInEgo }, index) => {
      const other = again.steps![index]!.poseInEgo!
      expect(Math.hypot(poseInEgo!.xM! - other.xM!, poseInEgo!.yM! - other.yM!)).toBeLessThan(1)
    })
  })
})

describe('a speed at which nobody gets by', () => {
  it('is not told of', () => {
    const COUNT = 6
    let leftOut = 0
    for (let course = courseOf('intersection', 3, 0); course.moment.timeS < 12; ) {
      course = unsteered(course, 4).at(-1)!
      const told = atOtherSpeeds(course, COUNT, 3)
      leftOut += COUNT - told.length
      // Before a line or behind somebody the fastest are too fast; who stands gets by anywhere.
      expect(told[0]!.speedMps).toBeLessThan((course.moment.egoPlan.speedLimitMps * 1.1) / COUNT)
    }
    expect(leftOut).toBeGreaterThan(0)
  })
})
