import { offsetRoad } from '../offset-road.ts'
import { layRoad, type Road } from '../road.ts'
import type { Lane } from '../road-map.ts'
import type { RoadDraft } from './draft.ts'
import { LANE_WIDTH_M, MPS_PER_KMH } from './lane-width.ts'

/** A road that has been laid. */
export interface BuiltRoad {
  readonly draft: RoadDraft
  readonly middle: Road
  /** From the middle line to the end of the asphalt on the left (of lanes against it) and on the right; m. */
  readonly leftM: number
  readonly rightM: number
}

export const buildRoad = (draft: RoadDraft): BuiltRoad => ({
  draft,
  middle: layRoad(draft.begin, draft.pieces),
  leftM: draft.backward * LANE_WIDTH_M + draft.shoulderM,
  rightM: draft.forward * LANE_WIDTH_M + draft.shoulderM,
})

/** Lanes count from the middle of the road outwards. */
export const laneId = (roadId: string, direction: 1 | -1, index: number): string =>
  `${roadId}/${direction === 1 ? 'f' : 'b'}${index}`

/** Its lanes, not yet tied to others. */
export const lanesOf = ({ draft, middle }: BuiltRoad): readonly Lane[] =>
  ([1, -1] as const).flatMap((direction) => {
    const count = direction === 1 ? draft.forward : draft.backward
    return Array.from({ length: count }, (_, index) => ({
      id: laneId(draft.id, direction, index),
      path: offsetRoad(middle, -direction * (index + 0.5) * LANE_WIDTH_M, direction),
      widthM: LANE_WIDTH_M,
      limitMps: draft.limitKmh * MPS_PER_KMH,
      nextIds: [],
      stops: [],
      ...(index > 0 ? { leftId: laneId(draft.id, direction, index - 1) } : {}),
      ...(index < count - 1 ? { rightId: laneId(draft.id, direction, index + 1) } : {}),
    }))
  })
