import { above, type Check } from '../check.ts'
import { segmentsOf } from '../trajectory.ts'

/** Under this the slack alone decides; m. */
const SHORTEST_M = 0.1

/** Turns no tighter than the steering allows (bicycle model: tan(steering) / wheelbase). */
export const curvature: Check = (nodes, { vehicle, limits }) => {
  const tightest = Math.tan(vehicle.maxSteeringAngleRad) / vehicle.wheelbaseM
  return segmentsOf(nodes).flatMap(({ lengthM, turnRad, step }) => {
    const overM = Math.max(Math.abs(lengthM), SHORTEST_M)
    const limit = tightest + limits.turnSlackRad / overM
    return above('curvature', Math.abs(turnRad) / overM, limit, '1/m', 'curvature', step)
  })
}
