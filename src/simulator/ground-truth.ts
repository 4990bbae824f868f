import type { MessageInitShape } from '@bufbuild/protobuf'
import { type PlanarPose, poseFromTransform, transformFromPlanar } from '#geometry'
import type { GroundTruthSchema } from '#messages'
import { poseOfCar } from './car-pose.ts'
import type { Moment } from './moment.ts'
import { CAR_SIZES, WALKER_SIZE, type World } from './world.ts'

/** Every car and person there is, in the order of the world; categories by nuScenes' names. */
export const groundTruth = (
  world: World,
  { cars, walkers }: Moment,
  timeNs: bigint,
): MessageInitShape<typeof GroundTruthSchema> => ({
  timeNs,
  agents: [
    ...cars.map((car) => {
      const sizeM = CAR_SIZES[car.plan.shape]
      const category = car.plan.shape === 'van' ? 'vehicle.truck' : 'vehicle.car'
      return agent(car.plan.id, category, poseOfCar(world, car), car.speedMps, sizeM)
    }),
    ...walkers.map(({ plan, pose, speedMps }) => agent(plan.id, 'human.pedestrian.adult', pose, speedMps, WALKER_SIZE)),
  ],
})

const agent = (
  id: string,
  category: string,
  pose: PlanarPose,
  speedMps: number,
  sizeM: { readonly x: number; readonly y: number; readonly z: number },
) => {
  const onGround = transformFromPlanar(pose)
  return {
    id,
    category,
    poseInMap: poseFromTransform({ ...onGround, translation: { ...onGround.translation, z: sizeM.z / 2 } }),
    sizeM,
    velocityInMapMps: {
      x: speedMps * Math.cos(pose.headingRad),
      y: speedMps * Math.sin(pose.headingRad),
      z: 0,
    },
  }
}
