import { STEP_S } from './time.ts'
import type { Course } from './world.ts'

/** A course and what follows it while nobody steers: so many seconds, a step of time after the other, both ends included. */
export const unsteered = (begin: Course, seconds: number): readonly Course[] => {
  const courses = [begin]
  for (let left = Math.round(seconds / STEP_S); left > 0; left -= 1) courses.push(courses.at(-1)!.next())
  return courses
}
