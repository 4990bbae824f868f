import { normaliseAngle, type PlanarPose, planarPointInTarget, poseAtArcLength, relativePlanar } from '#geometry'
import type { Driven, Situation } from './situation.ts'

/**
 * TLC: 0 when the ego's front goes over a stop line while its light is red, else 1. A front that is over the line at the beginning,
 * and a lane that leads another way, do not count.
 */
export const trafficLight = ({ states }: Driven, { road, body, isRedAt }: Situation): 0 | 1 => {
  const aheadM = body.lengthM - body.rearOverhangM
  const fronts = states.map(({ pose }) => planarPointInTarget(pose, { xM: aheadM, yM: 0 }))
  for (const lane of road.lanes) {
    for (const { stationM, lightId } of lane.lightLines) {
      const line: PlanarPose = poseAtArcLength(lane.centreLine, stationM)
      for (let index = 1; index < states.length; index += 1) {
        const before = relativePlanar(line, { ...fronts[index - 1]!, headingRad: 0 })
        const after = relativePlanar(line, { ...fronts[index]!, headingRad: 0 })
        const crosses = before.xM < 0 && after.xM >= 0 && Math.abs(after.yM) <= lane.widthM / 2
        const { pose, timeS } = states[index]!
        const along = Math.abs(normaliseAngle(pose.headingRad - line.headingRad)) < Math.PI / 4
        if (crosses && along && isRedAt(lightId, timeS)) return 0
      }
    }
  }
  return 1
}
