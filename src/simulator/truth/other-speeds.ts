import type { MessageInitShape } from '@bufbuild/protobuf'
import type { GroundTruthScene_AtSpeedSchema } from '#messages'
import { createChoices } from '../families/choices.ts'
import { isRough } from '../lapses.ts'
import type { Moment } from '../moment.ts'
import type { Course } from '../world.ts'
import { expertTruth } from './expert.ts'
import { POSES, STEPS_PER_POSE } from './futures.ts'

export type AtSpeed = MessageInitShape<typeof GroundTruthScene_AtSpeedSchema>

/** A little faster than allowed, as one comes into a lower limit. */
const FASTEST_SHARE = 1.1

/**
 * What the ego's own driver would do from here at `count` other speeds, spread over those that are driven; fewer where it could
 * not do so without an emergency. An image shows no speed: one drawing tells what to do at many.
 */
export const atOtherSpeeds = (course: Course, count: number, seed: number): readonly AtSpeed[] => {
  const { timeS, egoPlan } = course.moment
  const choices = createChoices(seed, `other speeds at ${timeS.toFixed(2)}`)
  const fastestMps = egoPlan.speedLimitMps * FASTEST_SHARE
  const speedsMps = Array.from({ length: count }, (_, index) => (fastestMps * (index + choices.between(0, 1))) / count)
  return speedsMps.flatMap((speedMps): readonly AtSpeed[] => {
    const moments = smoothMomentsFrom(course.atSpeed(speedMps))
    return moments ? [{ speedMps, expert: expertTruth(moments) }] : []
  })
}

/** Up to where truth ends; undefined as soon as one is rough: a step of the world is dear. */
const smoothMomentsFrom = (begin: Course): readonly Moment[] | undefined => {
  const moments: Moment[] = []
  for (let course = begin; !isRough(course.moment); course = course.next()) {
    moments.push(course.moment)
    if (moments.length > POSES * STEPS_PER_POSE) return moments
  }
  return undefined
}
