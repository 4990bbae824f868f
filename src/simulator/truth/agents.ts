import type { MessageInitShape } from '@bufbuild/protobuf'
import { poseFromTransform, transformFromPlanar } from '#geometry'
import type { GroundTruthSchema } from '#messages'
import type { Agent, Moment } from '../moment.ts'
import { type Look, sizeOf } from '../things.ts'

/** By nuScenes' names. */
export const categoryOf = (look: Look): string => {
  if (look.kind === 'pedestrian') return 'human.pedestrian.adult'
  if (look.kind === 'cyclist') return 'vehicle.bicycle'
  if (look.shape === 'bus') return 'vehicle.bus.rigid'
  return look.shape === 'van' || look.shape === 'truck' ? 'vehicle.truck' : 'vehicle.car'
}

/** Everyone there is, in the order of the world. */
export const agentsTruth = ({ agents }: Moment, timeNs: bigint): MessageInitShape<typeof GroundTruthSchema> => ({
  timeNs,
  agents: agents.map(agentMessage),
})

const agentMessage = ({ id, look, pose, speedMps }: Agent) => {
  const sizeM = sizeOf(look)
  const onGround = transformFromPlanar(pose)
  return {
    id,
    category: categoryOf(look),
    poseInMap: poseFromTransform({ ...onGround, translation: { ...onGround.translation, z: sizeM.z / 2 } }),
    sizeM,
    velocityInMapMps: {
      x: speedMps * Math.cos(pose.headingRad),
      y: speedMps * Math.sin(pose.headingRad),
      z: 0,
    },
  }
}
