import type { Vehicle } from '#calibration'
import { type Course, expertTruth, unsteered, type World } from '#simulator'
import type { ClosedLoopPlanner } from './planner.ts'
import { standInPlanner } from './stand-in-planner.ts'

/** Of a plan; s. */
const HORIZON_S = 4
/** Instants that a question may still be about: 3 s; its frame set is at most 0.5 s old. */
const REMEMBERED = 60

/**
 * The world's own driver (IDM along its route, right of way and lights known) as a planner: it knows the world, not the images.
 * Follows the world with a course of its own, from which it looks 4 s ahead.
 */
export const expertPlanner = (world: World, vehicle: Vehicle): ClosedLoopPlanner => {
  let course: Course | undefined
  const courses = new Map<bigint, Course>()
  return standInPlanner(
    'idm',
    ({ frameSet }) => {
      // A rig's offsets can put the set between two instants.
      const [, from] = [...courses].findLast(([timeNs]) => timeNs <= frameSet.referenceTimeNs) ?? []
      if (!from) throw new Error(`no instant of the world at ${frameSet.referenceTimeNs}`)
      const ahead = unsteered(from, HORIZON_S).map(({ moment }) => moment)
      const { steps = [], speedAction, pathAction } = expertTruth(ahead)
      return {
        poses: steps.map(({ poseInEgo }) => ({
          xM: poseInEgo?.xM ?? 0,
          yM: poseInEgo?.yM ?? 0,
          headingRad: poseInEgo?.headingRad ?? 0,
        })),
        ...(speedAction === undefined ? {} : { speedAction }),
        ...(pathAction === undefined ? {} : { pathAction }),
        reason: "The world's own driver does so.",
      }
    },
    ({ timeNs, moment, steered }) => {
      course = course ? course.next(steered ? moment.ego : undefined) : world.begin(vehicle)
      courses.set(timeNs, course)
      for (const stamp of courses.keys()) {
        if (courses.size <= REMEMBERED) break
        courses.delete(stamp)
      }
    },
  )
}
