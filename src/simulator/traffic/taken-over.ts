import { normaliseAngle } from '#geometry'
import type { EgoMotion } from '../moment.ts'
import { STEP_S } from '../time.ts'
import type { DriverState } from './driver-state.ts'
import { placeAlong, poseOnRoute } from './route.ts'

/** The ego's own driver where somebody else steered it: it would go back to the middle of its lane, from how it stands in it. */
export const takenOver = (driver: DriverState, { pose, speedMps, accelerationMps2 }: EgoMotion): DriverState => {
  const place = placeAlong(driver.route, pose, driver.stationM - 6, driver.stationM + 12, 30)
  const stationM = place?.stationM ?? driver.stationM
  const lateralM = place?.lateralM ?? 0
  const { sidestep: _, ...rest } = driver
  const laneRad = poseOnRoute(driver.route, stationM, 0).headingRad
  // Driving across its lane more steeply than this it has left it.
  const fromSlope = Math.tan(Math.min(Math.max(normaliseAngle(pose.headingRad - laneRad), -0.5), 0.5))
  return {
    ...rest,
    stationM,
    speedMps,
    accelerationMps2,
    travelledM: driver.travelledM + speedMps * STEP_S,
    ...(Math.abs(lateralM) > 0.02 || Math.abs(fromSlope) > 0.002
      ? { sidestep: { fromM: lateralM, fromSlope, beganM: stationM, overM: Math.max(speedMps * 3, 8) } }
      : {}),
  }
}
