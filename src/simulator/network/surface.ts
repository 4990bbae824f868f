import type { PlanarPoint } from '#geometry'
import { onLevel } from '../render/ground.ts'
import { curvatureAt, poseOnRoad, type Road } from '../road.ts'
import type { Tint } from '../things.ts'
import type { GroundShape } from '../world.ts'
import type { BuiltRoad } from './built-road.ts'
import type { Setting } from './draft.ts'
import { type Arm, centreOf, outline } from './junction.ts'
import { CROSSING_BEFORE_END_M, CROSSING_WIDTH_M, LANE_WIDTH_M, STOP_BEFORE_END_M } from './lane-width.ts'

const ASPHALT: Tint = [98, 98, 102]
const PAVEMENT: Tint = [168, 164, 156]
const KERB: Tint = [196, 194, 188]
const PAINT: Tint = [234, 234, 228]
const VERGE: Tint = [134, 128, 96]

/** Pieces of a strip, in a bend and where the road runs straight, and how far each reaches into the next so that no seam shows; m. */
const BENT_PIECE_M = 2.5
const STRAIGHT_PIECE_M = 15
const OVERLAP_M = 0.06
/** An open end of a road goes on straight for this long; m. */
const PAST_END_M = 90
/** Of dashes and gaps, German guidelines for marking (RMS-1), in town and outside; m. */
const DASH_M: Readonly<Record<Setting, readonly [number, number]>> = { city: [3, 3], suburb: [3, 6], country: [4, 8] }
/** Of painted lines, of kerbs, of the verge; m. */
const LINE_M = 0.14
const KERB_M = 0.16
const VERGE_M = 0.7
/** Of the stripes of a crossing and the gaps between them; m. */
const STRIPE_M = 0.5

type Span = readonly [number, number]

const around = (middle: number, width: number): Span => [middle - width / 2, middle + width / 2]

/** A band along a road; stations and offsets to the left of its middle. */
export const strip = (road: Road, [from, to]: Span, lateral: Span, tint: Tint): readonly GroundShape[] => {
  const shapes: GroundShape[] = []
  for (let begin = from; begin < to; ) {
    const isStraight = [0, 5, 10, STRAIGHT_PIECE_M].every((ahead) => Math.abs(curvatureAt(road, begin + ahead)) < 1e-5)
    const end = Math.min(begin + (isStraight ? STRAIGHT_PIECE_M : BENT_PIECE_M), to)
    const reach = Math.min(end + OVERLAP_M, to)
    const corners = [
      [begin, lateral[0]],
      [reach, lateral[0]],
      [reach, lateral[1]],
      [begin, lateral[1]],
    ] as const
    shapes.push({ points: corners.map(([stationM, lateralM]) => onLevel(poseOnRoad(road, stationM, lateralM))), tint })
    begin = end
  }
  return shapes
}

/** From where to where its asphalt reaches. */
const reachOf = ({ draft, middle }: BuiltRoad): Span => [
  draft.openBegin ? -PAST_END_M : 0,
  middle.lengthM + (draft.openEnd ? PAST_END_M : 0),
]

/** What lies under all asphalt: pavements, kerbs, verges. */
export const roadBed = (road: BuiltRoad): readonly GroundShape[] => {
  const { middle, leftM, rightM, draft } = road
  const reach = reachOf(road)
  return ([[1, leftM] as const, [-1, rightM] as const] as const).flatMap(([side, edgeM]) =>
    draft.pavementM > 0
      ? [
          ...strip(middle, reach, [side * edgeM, side * (edgeM + draft.pavementM)], PAVEMENT),
          ...strip(middle, reach, [side * edgeM, side * (edgeM + KERB_M)], KERB),
        ]
      : strip(middle, reach, [side * edgeM, side * (edgeM + VERGE_M)], VERGE),
  )
}

export const roadAsphalt = (road: BuiltRoad): readonly GroundShape[] =>
  strip(road.middle, reachOf(road), [-road.rightM, road.leftM], ASPHALT)

/** Lines along a road; `gaps` are stations around which there are none. */
export const roadPaint = (
  road: BuiltRoad,
  setting: Setting,
  ends: { begin: boolean; end: boolean },
  gaps: readonly Span[],
) => {
  const { middle, draft } = road
  const [from, to] = reachOf(road)
  const begin = from + (ends.begin ? STOP_BEFORE_END_M : 0)
  const end = to - (ends.end ? STOP_BEFORE_END_M : 0)
  const [dashM, gapM] = DASH_M[setting]
  const isFree = (a: number, b: number) => gaps.every(([least, most]) => b < least || a > most)
  const dashed = (lateralM: number): readonly GroundShape[] => {
    const count = Math.floor((end - begin) / (dashM + gapM))
    return Array.from({ length: count }, (_, index) => begin + index * (dashM + gapM))
      .filter((stationM) => isFree(stationM, stationM + dashM))
      .flatMap((stationM) => strip(middle, [stationM, stationM + dashM], around(lateralM, LINE_M), PAINT))
  }
  const solid = (lateralM: number) => strip(middle, [begin, end], around(lateralM, LINE_M), PAINT)
  const many = draft.forward + draft.backward > 2
  const centre = draft.backward === 0 ? solid(0) : many ? [...solid(0.15), ...solid(-0.15)] : dashed(0)
  const inner = (count: number, side: 1 | -1) =>
    Array.from({ length: Math.max(count - 1, 0) }, (_, index) => dashed(side * (index + 1) * LANE_WIDTH_M)).flat()
  const edgeM = draft.shoulderM > 0.5 ? 0 : -0.25
  return [
    ...centre,
    ...inner(draft.backward, 1),
    ...inner(draft.forward, -1),
    ...solid(draft.backward * LANE_WIDTH_M + edgeM),
    ...solid(-(draft.forward * LANE_WIDTH_M + edgeM)),
  ]
}

/** Stripes across a road from kerb to kerb. */
export const zebra = ({ middle, leftM, rightM }: BuiltRoad, stationM: number): readonly GroundShape[] => {
  const count = Math.floor((leftM + rightM - 0.4) / (2 * STRIPE_M))
  return Array.from({ length: count }, (_, index) => {
    const lateralM = (leftM - rightM) / 2 + (index - (count - 1) / 2) * 2 * STRIPE_M
    return strip(middle, around(stationM, CROSSING_WIDTH_M), around(lateralM, STRIPE_M), PAINT)
  }).flat()
}

/** Across the lanes of one direction. */
export const stopLine = ({ middle, draft }: BuiltRoad, stationM: number, direction: 1 | -1): readonly GroundShape[] => {
  const reachM = (direction === 1 ? draft.forward : draft.backward) * LANE_WIDTH_M - 0.2
  const lateral: Span = direction === 1 ? [-reachM, -0.14] : [0.14, reachM]
  return strip(middle, around(stationM, 0.4), lateral, PAINT)
}

/** Station on its road of a place that many metres before an arm ends at the junction. */
export const armStation = ({ inward, road }: Arm, beforeEndM: number): number =>
  inward === 1 ? road.middle.lengthM - beforeEndM : beforeEndM

const fan = (arms: readonly Arm[], outwardM: number, tint: Tint): readonly GroundShape[] => {
  const centre = onLevel(centreOf(arms))
  const edge = outline(arms, outwardM).map(onLevel)
  return edge.map((from, index) => ({ points: [centre, from, edge[(index + 1) % edge.length]!], tint }))
}

export const junctionBed = (arms: readonly Arm[]): readonly GroundShape[] => {
  const pavementM = Math.min(...arms.map(({ road }) => road.draft.pavementM))
  return pavementM > 0 ? [...fan(arms, pavementM, PAVEMENT), ...fan(arms, KERB_M, KERB)] : fan(arms, VERGE_M, VERGE)
}

export const junctionAsphalt = (arms: readonly Arm[]): readonly GroundShape[] => fan(arms, 0, ASPHALT)

export const armPaint = (arm: Arm, crossing: boolean, line: boolean): readonly GroundShape[] => [
  ...(crossing ? zebra(arm.road, armStation(arm, CROSSING_BEFORE_END_M)) : []),
  ...(line ? stopLine(arm.road, armStation(arm, STOP_BEFORE_END_M), arm.inward) : []),
]

/** Of a road, as a polygon. */
export const roadOutline = ({ middle, leftM, rightM }: BuiltRoad): readonly PlanarPoint[] => {
  const edge = (lateralM: number) =>
    Array.from({ length: Math.ceil(middle.lengthM / 3) + 1 }, (_, index) => {
      const { xM, yM } = poseOnRoad(middle, Math.min(index * 3, middle.lengthM), lateralM)
      return { xM, yM }
    })
  return [...edge(leftM), ...edge(-rightM).toReversed()]
}
