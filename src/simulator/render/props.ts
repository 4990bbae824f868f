import { type PlanarPose, transformFromPlanar } from '#geometry'
import { poseOfCar } from '../car-pose.ts'
import type { Moment } from '../moment.ts'
import { poseOnRoad } from '../road.ts'
import { lightAt, type World } from '../world.ts'
import { carModel } from './car-model.ts'
import { houseModel } from './house-model.ts'
import type { Model, Prop } from './model.ts'
import { lampModel, signalModel, treeModel, walkerModel } from './street-models.ts'

const standing = (pose: PlanarPose, model: Model, turnRad = 0): Prop => ({
  mapFromModel: transformFromPlanar({ ...pose, headingRad: pose.headingRad + turnRad }),
  model,
})

const still = new WeakMap<World, readonly Prop[]>()

/** What never moves: made once a world. */
const stillProps = (world: World): readonly Prop[] => {
  const known = still.get(world)
  if (known) return known
  const { road } = world
  const props = [
    ...world.houses.map((house) => standing(poseOnRoad(road, house.stationM, house.lateralM), houseModel(house))),
    ...world.trees.map((tree) => standing(poseOnRoad(road, tree.stationM, tree.lateralM), treeModel(tree))),
    ...world.lamps.map(({ stationM, lateralM }) =>
      standing(poseOnRoad(road, stationM, lateralM), lampModel(), lateralM > 0 ? -Math.PI / 2 : Math.PI / 2),
    ),
  ]
  still.set(world, props)
  return props
}

/** Everything that stands up, in no order. */
export const propsOf = (world: World, { timeS, cars, walkers }: Moment): readonly Prop[] => {
  const { road, light, laneWidthM } = world
  const signals = [1, -1].map((direction) => {
    const poleM = laneWidthM + 0.7
    const pose = poseOnRoad(road, light.stationM - direction * (light.stopLineM - 1.2), -direction * poleM)
    // It faces who comes; its arm, to its left, must reach over the lane, which is to its left too when seen from there.
    return standing(pose, signalModel(lightAt(light, timeS), -(poleM - laneWidthM / 2)), direction === 1 ? Math.PI : 0)
  })
  return [
    ...stillProps(world),
    ...signals,
    ...cars.map((car) =>
      standing(poseOfCar(world, car), carModel(car.plan.shape, car.plan.tint, car.accelerationMps2)),
    ),
    ...walkers.map(({ plan, pose, walkedM }) => standing(pose, walkerModel(plan.tint, walkedM))),
  ]
}
