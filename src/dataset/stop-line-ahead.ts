import {
  arcLengths,
  invertPlanar,
  type PlanarPoint,
  type PlanarPose,
  planarPointInTarget,
  poseAtArcLength,
  relativePlanar,
} from '#geometry'
import { Perception_LightState as LightState, Perception_Relevance as Relevance } from '#messages'
import type { DrivingScene } from './scene.ts'

/** What the red light reward asks for. */
export interface StopLineAhead {
  /** Its ends in the ego frame; m. */
  readonly line: readonly [PlanarPoint, PlanarPoint]
  /** Not before then was it passed by the expert, whose light was green; s. Absent: not within its plan. */
  readonly untilS: number | undefined
}

/** Nothing is seen of a light beyond; m. */
const AHEAD_M = 90

/** The line where the ego waits for its light, while that is red and the line is still ahead. */
export const stopLineAhead = ({ truth, map, mapFromEgo, rig }: DrivingScene): StopLineAhead | undefined => {
  const light = truth.lights.find(({ relevance }) => relevance === Relevance.EGO)
  const isRed = light?.state === LightState.RED || light?.state === LightState.RED_YELLOW
  if (!light || !isRed || !map) return undefined
  const aheadM = rig.vehicle.lengthM - rig.vehicle.rearOverhangM
  const own = map.lanes.find(({ id }) => id === truth.lane?.id)
  const lanes = own ? [own, ...own.nextIds.flatMap((id) => map.lanes.find((lane) => lane.id === id) ?? [])] : []
  for (const lane of lanes) {
    const stop = lane.stopLines.find(({ id }) => id === light.id)
    if (!stop) continue
    const middle = onLine(
      lane.centreLine.map(({ x, y }) => ({ xM: x, yM: y })),
      stop.stationM,
    )
    if (!middle) return undefined
    const pose = relativePlanar(mapFromEgo, middle)
    if (pose.xM <= aheadM || pose.xM > AHEAD_M) return undefined
    const end = (side: number): PlanarPoint => planarPointInTarget(pose, { xM: 0, yM: (side * lane.widthM) / 2 })
    return { line: [end(1), end(-1)], untilS: passedAtS(truth.expert?.steps ?? [], pose, aheadM) }
  }
  return undefined
}

const onLine = (points: readonly PlanarPoint[], stationM: number): PlanarPose | undefined => {
  const lengthM = arcLengths(points).at(-1) ?? 0
  return points.length < 2 ? undefined : poseAtArcLength(points, Math.min(stationM, lengthM))
}

/** When the front passes the line, to the last step before it; s. */
const passedAtS = (
  steps: readonly { readonly timeS: number; readonly poseInEgo?: PlanarPose | undefined }[],
  line: PlanarPose,
  aheadM: number,
): number | undefined => {
  const lineFromEgo = invertPlanar(line)
  const index = steps.findIndex(({ poseInEgo }) => {
    if (!poseInEgo) return false
    const front = planarPointInTarget(poseInEgo, { xM: aheadM, yM: 0 })
    return planarPointInTarget(lineFromEgo, front).xM > 0
  })
  if (index < 0) return undefined
  return index === 0 ? 0 : steps[index - 1]!.timeS
}
