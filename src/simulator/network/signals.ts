import { normaliseAngle, type PlanarPose } from '#geometry'
import { poseOnRoad } from '../road.ts'
import type { SignalPlan } from '../world.ts'
import type { BuiltRoad } from './built-road.ts'
import { type Arm, centreOf, turnBetween } from './junction.ts'
import { LANE_WIDTH_M, STOP_BEFORE_END_M } from './lane-width.ts'
import { armStation } from './surface.ts'

/** Of a pole from the asphalt; m. */
const ASIDE_M = 0.7
/** Poles before the junction stand this far past their stop line, and beyond it this far past its end; m. */
const PAST_LINE_M = 1.2
const BEYOND_M = 1.5

/** The pose of something beside a road on the right of who drives in `direction`, facing who comes. */
export const facingDriver = ({ middle, leftM, rightM }: BuiltRoad, stationM: number, direction: 1 | -1): PlanarPose => {
  const lateralM = direction === 1 ? -(rightM + ASIDE_M) : leftM + ASIDE_M
  const pose = poseOnRoad(middle, stationM, lateralM)
  return { ...pose, headingRad: normaliseAngle(pose.headingRad + (direction === 1 ? Math.PI : 0)) }
}

/** From the pole over the middle of the lanes of that direction. */
const armOver = (asphaltM: number, lanes: number): number => -(asphaltM + ASIDE_M - (lanes * LANE_WIDTH_M) / 2)

/** Of one arm: a pole at the line, and one beyond the junction that who waits at the line still sees. */
export const armSignals = (signalId: string, arm: Arm, arms: readonly Arm[]): readonly SignalPlan[] => {
  const asphaltM = arm.leftM
  const near = facingDriver(arm.road, armStation(arm, STOP_BEFORE_END_M - PAST_LINE_M), arm.inward)
  const opposite = arms.find((other) => other !== arm && turnBetween(arm, other) === 'straight')
  const at = (pose: PlanarPose, aheadM: number, leftM: number, headingRad: number): PlanarPose => ({
    xM: pose.xM + aheadM * Math.cos(pose.headingRad) - leftM * Math.sin(pose.headingRad),
    yM: pose.yM + aheadM * Math.sin(pose.headingRad) + leftM * Math.cos(pose.headingRad),
    headingRad: normaliseAngle(headingRad),
  })
  const far = opposite
    ? {
        pose: at(opposite.pose, BEYOND_M, -(opposite.rightM + ASIDE_M), opposite.pose.headingRad + Math.PI),
        armM: armOver(opposite.rightM, opposite.outLanes),
      }
    : (() => {
        const centre = centreOf(arms)
        const inward = { ...arm.pose, headingRad: arm.pose.headingRad + Math.PI }
        const acrossM = Math.hypot(centre.xM - arm.pose.xM, centre.yM - arm.pose.yM) + 2 * LANE_WIDTH_M + 2
        return { pose: at(inward, acrossM, -LANE_WIDTH_M, arm.pose.headingRad), armM: -LANE_WIDTH_M / 2 }
      })()
  return [
    { signalId, pose: near, armM: armOver(asphaltM, arm.inLanes) },
    { signalId, ...far },
  ]
}

/** At a crossing between junctions, for one direction: before it and beyond it. */
export const crossingSignals = (
  signalId: string,
  road: BuiltRoad,
  stationM: number,
  stopLineM: number,
  direction: 1 | -1,
): readonly SignalPlan[] => {
  const lanes = direction === 1 ? road.draft.forward : road.draft.backward
  const armM = armOver(direction === 1 ? road.rightM : road.leftM, lanes)
  return [
    { signalId, pose: facingDriver(road, stationM - direction * (stopLineM - PAST_LINE_M), direction), armM },
    { signalId, pose: facingDriver(road, stationM + direction * (stopLineM + 4), direction), armM },
  ]
}
