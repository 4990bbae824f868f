import type { MessageInitShape } from '@bufbuild/protobuf'
import type { PlanarPoint } from '#geometry'
import { type GroundTruthMapSchema, GroundTruthMap_StopLine_Rule as Rule } from '#messages'
import type { RoadMap, StopLine } from '../road-map.ts'

const RULES: Readonly<Record<StopLine['rule'], Rule>> = {
  light: Rule.LIGHT,
  stop: Rule.STOP,
  'give-way': Rule.GIVE_WAY,
  priority: Rule.PRIORITY,
}

/** Stations of a centre line that are left out between two that are told: 2 m. */
const EVERY = 4

const point = ({ xM, yM }: PlanarPoint) => ({ x: xM, y: yM })

export const mapTruth = (map: RoadMap, timeNs: bigint): MessageInitShape<typeof GroundTruthMapSchema> => ({
  timeNs,
  lanes: map.lanes.map(({ id, path, widthM, limitMps, nextIds, leftId, rightId, turn, stops }) => ({
    id,
    centreLine: path.stations
      .filter((_, index) => index % EVERY === 0 || index === path.stations.length - 1)
      .map(({ pose }) => point(pose)),
    widthM,
    speedLimitMps: limitMps,
    nextIds: [...nextIds],
    leftId: leftId ?? '',
    rightId: rightId ?? '',
    inJunction: turn !== undefined,
    stopLines: stops.map(({ stationM, rule, id: ruledBy }) => ({ stationM, rule: RULES[rule], id: ruledBy })),
  })),
  drivableAreas: map.drivableAreas.map((points) => ({ points: points.map(point) })),
  crossings: map.crossings.map(({ id, from, to, widthM }) => ({ id, from: point(from), to: point(to), widthM })),
})
