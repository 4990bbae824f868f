import { describe, expect, it } from 'vitest'
import { NANO } from '../../test/nano-car.ts'
import { worldOf } from './scenarios.ts'
import { STEP_S } from './time.ts'
import { unsteered } from './unsteered.ts'
import type { Course } from './world.ts'

const coursesOf = (family: string, seed: number, seconds: number): readonly Course[] =>
  unsteered(worldOf({ family, seed, driver: 'wandering' }).begin(NANO.vehicle), seconds)

describe.each([
  ['mountain', 1],
  ['street', 4],
  ['intersection', 2],
] as const)('a driver who wanders in %s %i', (family, seed) => {
  const courses = coursesOf(family, seed, 40)
  const moments = courses.map(({ moment }) => moment)
  const back = moments.flatMap(({ looksUp }, index) => (looksUp ? [index] : []))
  const offOf = (index: number) => moments[index]!.egoPlan

  it('begins to go back now and then, at full half seconds', () => {
    expect(back.length).toBeGreaterThan(2)
    for (const index of back) expect((index * STEP_S) % 0.5).toBeCloseTo(0, 9)
  })

  it('has then left the middle of its lane or its direction, or its speed, and neither lane nor road', () => {
    for (const index of back) {
      const { lateralM, headingErrorRad } = offOf(index)
      const slowed = moments[index - 30]!.ego.speedMps - moments[index]!.ego.speedMps
      expect(Math.abs(lateralM) + 10 * Math.abs(headingErrorRad) + Math.abs(slowed)).toBeGreaterThan(0.1)
      expect(Math.abs(lateralM)).toBeLessThan(2.3)
    }
  })

  it('turns back without a jump of place or direction, as a car does', () => {
    for (let index = 1; index < moments.length; index += 1) {
      const [before, now] = [moments[index - 1]!.ego, moments[index]!.ego]
      const movedM = Math.hypot(now.pose.xM - before.pose.xM, now.pose.yM - before.pose.yM)
      const mostM = Math.max(before.speedMps, now.speedMps) * STEP_S
      expect(movedM).toBeLessThan(mostM + 0.05)
      const turned = now.pose.headingRad - before.pose.headingRad
      expect(Math.abs(Math.atan2(Math.sin(turned), Math.cos(turned)))).toBeLessThan(0.3 * movedM + 0.01)
    }
  })

  it('is in the middle of its lane again after some seconds of way', () => {
    for (const index of back) {
      const course = unsteered(courses[index]!, 8).at(-1)!
      const wayM = moments[index]!.ego.speedMps * 8
      if (wayM > 40) expect(Math.abs(course.moment.egoPlan.lateralM)).toBeLessThan(1.2)
    }
  })

  it('drives the same again', () => {
    expect(coursesOf(family, seed, 10).map(({ moment }) => moment.ego)).toEqual(
      moments.slice(0, 201).map(({ ego }) => ego),
    )
  })
})
