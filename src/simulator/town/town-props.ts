import { houseModel } from '../render/house-model.ts'
import type { Prop } from '../render/model.ts'
import { standing } from '../render/props.ts'
import { lampModel, treeModel } from '../render/street-models.ts'
import { poseOnRoad } from '../road.ts'
import type { SignalPlan } from '../world.ts'
import type { TownPlan } from './town-plan.ts'

/** What stands along the street and never moves. */
export const townProps = ({ road, houses, trees, lamps }: TownPlan): readonly Prop[] => [
  ...houses.map((house) => standing(poseOnRoad(road, house.stationM, house.lateralM), houseModel(house))),
  ...trees.map((tree) => standing(poseOnRoad(road, tree.stationM, tree.lateralM), treeModel(tree))),
  ...lamps.map(({ stationM, lateralM }) =>
    standing(poseOnRoad(road, stationM, lateralM), lampModel(), lateralM > 0 ? -Math.PI / 2 : Math.PI / 2),
  ),
]

/** The one light, shown to both directions. */
export const TOWN_SIGNAL = 'crossing'

export const townSignals = ({ road, light, laneWidthM }: TownPlan): readonly SignalPlan[] =>
  [1, -1].map((direction) => {
    const poleM = laneWidthM + 0.7
    const pose = poseOnRoad(road, light.stationM - direction * (light.stopLineM - 1.2), -direction * poleM)
    // It faces who comes; its arm, to its left, must reach over the lane, which is to its left too when seen from there.
    const headingRad = pose.headingRad + (direction === 1 ? Math.PI : 0)
    return { signalId: TOWN_SIGNAL, pose: { ...pose, headingRad }, armM: -(poleM - laneWidthM / 2) }
  })
