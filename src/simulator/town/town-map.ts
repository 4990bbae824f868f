import { offsetRoad } from '../offset-road.ts'
import { poseOnRoad } from '../road.ts'
import type { Lane, RoadMap } from '../road-map.ts'
import type { TownPlan } from './town-plan.ts'
import { TOWN_SIGNAL } from './town-props.ts'

/** One lane in either direction, the crossing, and the asphalt. */
export const townMap = ({ road, laneWidthM, light, ego }: TownPlan): RoadMap => {
  const lane = (direction: 1 | -1): Lane => {
    const along = light.stationM - direction * light.stopLineM
    return {
      id: direction === 1 ? 'street-forward' : 'street-back',
      path: offsetRoad(road, (-direction * laneWidthM) / 2, direction),
      widthM: laneWidthM,
      limitMps: ego.desiredSpeedMps,
      nextIds: [],
      stops: [{ stationM: direction === 1 ? along : road.lengthM - along, rule: 'light', id: TOWN_SIGNAL }],
    }
  }
  const edge = (lateralM: number) =>
    Array.from({ length: Math.floor(road.lengthM / 4) + 1 }, (_, index) => poseOnRoad(road, index * 4, lateralM))
  return {
    lanes: [lane(1), lane(-1)],
    crossings: [
      {
        id: TOWN_SIGNAL,
        from: poseOnRoad(road, light.stationM, laneWidthM),
        to: poseOnRoad(road, light.stationM, -laneWidthM),
        widthM: 4,
        signalId: TOWN_SIGNAL,
        painted: true,
      },
    ],
    drivableAreas: [[...edge(laneWidthM), ...edge(-laneWidthM).toReversed()]],
  }
}
