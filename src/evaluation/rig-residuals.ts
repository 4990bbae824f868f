import {
  type BoxPair,
  type BoxResiduals,
  boxResiduals,
  checkResiduals,
  exposureTimeNs,
  projectBox,
  type Rig,
  type RigFinding,
} from '#calibration'
import { composeTransforms, invertTransform, transformFromPose } from '#geometry'
import { type GroundTruth_Agent, secondsBetween } from '#messages'
import { egoPoseAt } from '#scene'
import type { TapeTruth } from './tracking/truth.ts'

export interface RigResiduals {
  /** One a camera, in the rig's order. */
  readonly residuals: readonly BoxResiduals[]
  readonly findings: readonly RigFinding[]
}

/** A tape's boxes in space, drawn through the rig, against its boxes in the images. */
export const rigResiduals = ({ egoPoses, frames }: TapeTruth, rig: Rig): RigResiduals => {
  const perCamera = rig.cameras.map((camera, index) => {
    const pairs = frames.flatMap(({ truth, imageBoxes }) =>
      imageBoxes
        .filter(({ view }) => view === camera.view)
        .flatMap(({ captureTimeNs, boxes }): readonly BoxPair[] => {
          const timeNs = exposureTimeNs(camera, captureTimeNs, camera.height / 2)
          const mapFromEgo = egoPoseAt(egoPoses, timeNs)
          if (!mapFromEgo) return []
          const egoFromMap = invertTransform(mapFromEgo)
          return boxes.flatMap((known) => {
            const agent = truth.agents.find(({ id }) => id === known.agentId)
            const inMap = agent && placeAt(agent, secondsBetween(truth.timeNs, timeNs))
            const drawn =
              inMap && projectBox(camera, { pose: composeTransforms(egoFromMap, inMap.pose), sizeM: inMap.sizeM })
            return drawn ? [{ drawn, known }] : []
          })
        }),
    )
    return {
      residuals: boxResiduals(camera, pairs),
      findings: checkResiduals(camera, `cameras[${index}] (${camera.view})`, pairs),
    }
  })
  return {
    residuals: perCamera.map(({ residuals }) => residuals),
    findings: perCamera.flatMap(({ findings }) => findings),
  }
}

/** Where the agent is after `laterS` at its velocity. */
const placeAt = ({ poseInMap, sizeM, velocityInMapMps: velocity }: GroundTruth_Agent, laterS: number) => {
  const pose = transformFromPose(poseInMap)
  if (!pose || !sizeM) return undefined
  const { x, y, z } = pose.translation
  return {
    pose: {
      ...pose,
      translation: {
        x: x + (velocity?.x ?? 0) * laterS,
        y: y + (velocity?.y ?? 0) * laterS,
        z: z + (velocity?.z ?? 0) * laterS,
      },
    },
    sizeM,
  }
}
