import { disc, onLevel } from '../render/ground.ts'
import { poseOnRoad } from '../road.ts'
import type { Tint } from '../things.ts'
import type { GroundShape } from '../world.ts'
import type { TownPlan } from './town-plan.ts'

const OTHER_GRASS: Tint = [84, 114, 60]
const ASPHALT: Tint = [98, 98, 102]
const PAVEMENT: Tint = [168, 164, 156]
const KERB: Tint = [196, 194, 188]
const PAINT: Tint = [234, 234, 228]

/** The street goes on straight for this long past either end of the road; m. */
const PAST_END_M = 60
/** Pieces of a strip along the road, and how far each reaches into the next so that no seam shows; m. */
const PIECE_M = 2.5
const OVERLAP_M = 0.06
/** Of dashes and the gaps between them, German guidelines for town streets (RMS-1); m. */
const DASH_M = 3
const GAP_M = 3
/** Of painted lines; m. */
const LINE_M = 0.14
/** From a line at the edge to the kerb; m. */
const EDGE_M = 0.25
/** Of the stripes of a crossing and the gaps between them; m. */
const STRIPE_M = 0.5
/** Of a kerb; m. */
const KERB_M = 0.16

/** All that is painted on the ground, in the order in which it lies upon one another. */
export const townGround = (world: TownPlan): readonly GroundShape[] => {
  const { road, laneWidthM, pavementWidthM } = world
  const from = -PAST_END_M
  const to = road.lengthM + PAST_END_M
  const strip = stripOf(world)
  return [
    ...world.patches.map(({ stationM, lateralM, radiusM }) => ({
      points: disc(poseOnRoad(road, stationM, lateralM), radiusM),
      tint: OTHER_GRASS,
    })),
    ...[1, -1].flatMap((side) => [
      ...strip([from, to], [side * laneWidthM, side * (laneWidthM + pavementWidthM)], PAVEMENT),
      ...strip([from, to], [side * laneWidthM, side * (laneWidthM + KERB_M)], KERB),
    ]),
    ...strip([from, to], [-laneWidthM, laneWidthM], ASPHALT),
    ...[1, -1].flatMap((side) => strip([from, to], around(side * (laneWidthM - EDGE_M), LINE_M), PAINT)),
    ...dashes(world, from, to),
    ...crossing(world),
  ]
}

type Span = readonly [number, number]

const around = (middle: number, width: number): Span => [middle - width / 2, middle + width / 2]

/** A band along the road, in pieces; stations and offsets to the left of the centre line. */
const stripOf =
  ({ road }: TownPlan) =>
  ([from, to]: Span, lateral: Span, tint: Tint): readonly GroundShape[] =>
    Array.from({ length: Math.ceil((to - from) / PIECE_M) }, (_, index) => {
      const begin = from + index * PIECE_M
      const end = Math.min(begin + PIECE_M + OVERLAP_M, to)
      const corners = [
        [begin, lateral[0]],
        [end, lateral[0]],
        [end, lateral[1]],
        [begin, lateral[1]],
      ] as const
      return { points: corners.map(([stationM, lateralM]) => onLevel(poseOnRoad(road, stationM, lateralM))), tint }
    })

const dashes = (world: TownPlan, from: number, to: number): readonly GroundShape[] => {
  const { light } = world
  const period = DASH_M + GAP_M
  return Array.from({ length: Math.floor((to - from) / period) }, (_, index) => from + index * period)
    .filter((stationM) => Math.abs(stationM + DASH_M / 2 - light.stationM) > light.stopLineM + DASH_M / 2)
    .flatMap((stationM) => stripOf(world)([stationM, stationM + DASH_M], around(0, LINE_M), PAINT))
}

/** Stripes across the road and a stop line in either lane. */
const crossing = (world: TownPlan): readonly GroundShape[] => {
  const { light, laneWidthM } = world
  const strip = stripOf(world)
  const count = Math.floor((2 * laneWidthM - 2 * EDGE_M) / (2 * STRIPE_M))
  const stripes = Array.from({ length: count }, (_, index) => (index - (count - 1) / 2) * 2 * STRIPE_M)
  const lines = [1, -1].flatMap((direction) => {
    const lane: Span = direction === 1 ? [EDGE_M - laneWidthM, -LINE_M] : [LINE_M, laneWidthM - EDGE_M]
    return strip(around(light.stationM - direction * light.stopLineM, 0.4), lane, PAINT)
  })
  return [
    ...stripes.flatMap((lateralM) =>
      strip(around(light.stationM, 2 * (light.stopLineM - 2)), around(lateralM, STRIPE_M), PAINT),
    ),
    ...lines,
  ]
}
