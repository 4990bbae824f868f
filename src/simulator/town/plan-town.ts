import { createRandom } from '../random.ts'
import { layRoad } from '../road.ts'
import type { Tint } from '../things.ts'
import type { PlacedHouse, PlacedTree, TownPlan } from './town-plan.ts'

/** German guidelines for town streets (RASt 06): 3.25 to 3.5 m a lane; m. */
const LANE_WIDTH_M = 3.4
const PAVEMENT_WIDTH_M = 2.2
/** Middle of a lane from the centre line; traffic keeps to the right. */
const LANE_M = LANE_WIDTH_M / 2
/** Parked cars stand half on the pavement. */
const PARKED_M = LANE_WIDTH_M + 0.6
/** A residential street's 30 km/h; m/s. */
const SPEED_MPS = 8.3
/** The road begins this far behind where the ego does, so that the back camera sees a street; m. */
const BEHIND_M = 120
/** Middle of the crossing from where the ego begins; m. */
const CROSSING_M = 25

const WALLS: readonly Tint[] = [
  [226, 208, 178],
  [214, 186, 160],
  [232, 226, 214],
  [196, 148, 122],
  [206, 200, 170],
  [176, 190, 196],
]
const ROOFS: readonly Tint[] = [
  [150, 74, 56],
  [122, 62, 50],
  [92, 84, 82],
  [136, 88, 62],
]
const GREENS: readonly Tint[] = [
  [62, 104, 44],
  [78, 118, 50],
  [54, 92, 50],
  [96, 122, 56],
]
const PAINTS: readonly Tint[] = [
  [186, 36, 34],
  [40, 74, 132],
  [214, 216, 218],
  [52, 54, 58],
  [120, 128, 134],
  [30, 96, 84],
]

/**
 * A street in a small town: straight to a crossing whose light is red, then a bend to the left. The seed says where houses
 * and trees stand and which colours things have; what moves does not depend on it.
 */
export const planTown = (seed: number): TownPlan => {
  const random = createRandom(seed)
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!
  const between = (least: number, most: number): number => least + (most - least) * random()

  const road = layRoad({ xM: -BEHIND_M, yM: 0, headingRad: 0 }, [
    { lengthM: BEHIND_M + CROSSING_M + 10, curvatureFromPerM: 0, curvatureToPerM: 0 },
    { lengthM: 16, curvatureFromPerM: 0, curvatureToPerM: 1 / 45 },
    { lengthM: 40, curvatureFromPerM: 1 / 45, curvatureToPerM: 1 / 45 },
    { lengthM: 16, curvatureFromPerM: 1 / 45, curvatureToPerM: 0 },
    { lengthM: 150, curvatureFromPerM: 0, curvatureToPerM: 0 },
  ])
  const crossing = BEHIND_M + CROSSING_M

  const houses: PlacedHouse[] = []
  const trees: PlacedTree[] = []
  for (const side of [1, -1]) {
    for (let stationM = between(0, 8); stationM < road.lengthM; ) {
      const along = between(8, 14)
      const gap = between(3, 12)
      const across = between(8, 11)
      const setBack = between(4, 8)
      houses.push({
        stationM: stationM + along / 2,
        lateralM: side * (LANE_WIDTH_M + PAVEMENT_WIDTH_M + setBack + across / 2),
        sizeM: { along, across, eaves: between(4.6, 7.4) },
        roofM: between(2.2, 3.6),
        wall: pick(WALLS),
        roof: pick(ROOFS),
      })
      // One in the gap, now and then one before the house.
      trees.push({
        stationM: stationM + along + gap / 2,
        lateralM: side * (LANE_WIDTH_M + PAVEMENT_WIDTH_M + between(2.5, 5)),
        heightM: between(4.5, 8),
        tint: pick(GREENS),
      })
      stationM += along + gap
    }
  }

  const parked = [
    { stationM: crossing - 52, side: -1 },
    { stationM: crossing - 41, side: -1 },
    { stationM: crossing - 18, side: -1 },
    { stationM: crossing - 30, side: 1 },
    { stationM: crossing - 64, side: 1 },
    { stationM: crossing + 22, side: 1 },
    { stationM: crossing + 60, side: -1 },
  ].map(({ stationM, side }, index) => ({
    id: `parked-${index + 1}`,
    shape: index === 4 ? ('van' as const) : ('hatchback' as const),
    tint: pick(PAINTS),
    stationM,
    lateralM: side * PARKED_M,
    direction: side === 1 ? (-1 as const) : (1 as const),
    speedMps: 0,
    desiredSpeedMps: 0,
  }))

  return {
    road,
    laneWidthM: LANE_WIDTH_M,
    pavementWidthM: PAVEMENT_WIDTH_M,
    light: {
      stationM: crossing,
      stopLineM: 4,
      phases: [
        { light: 'red', untilS: 4.2 },
        { light: 'red-amber', untilS: 5 },
        { light: 'green', untilS: 40 },
        { light: 'amber', untilS: 43 },
        { light: 'red', untilS: Number.POSITIVE_INFINITY },
      ],
    },
    ego: { stationM: BEHIND_M, lateralM: -LANE_M, speedMps: SPEED_MPS, desiredSpeedMps: SPEED_MPS },
    cars: [
      {
        id: 'lead',
        shape: 'estate',
        tint: [186, 36, 34],
        stationM: crossing + 6,
        lateralM: -LANE_M,
        direction: 1,
        speedMps: 5,
        desiredSpeedMps: 7,
      },
      {
        id: 'oncoming',
        shape: 'hatchback',
        tint: [40, 74, 132],
        stationM: crossing + 36,
        lateralM: LANE_M,
        direction: -1,
        speedMps: SPEED_MPS,
        desiredSpeedMps: SPEED_MPS,
      },
      {
        id: 'passed',
        shape: 'van',
        tint: [222, 222, 216],
        stationM: crossing - 22,
        lateralM: LANE_M,
        direction: -1,
        speedMps: SPEED_MPS,
        desiredSpeedMps: SPEED_MPS,
      },
      {
        id: 'follower',
        shape: 'hatchback',
        tint: [120, 128, 134],
        stationM: BEHIND_M - 16,
        lateralM: -LANE_M,
        direction: 1,
        speedMps: SPEED_MPS,
        desiredSpeedMps: SPEED_MPS,
      },
      ...parked,
    ],
    walkers: [
      {
        id: 'crossing',
        tint: [176, 62, 60],
        from: { stationM: crossing - 0.4, lateralM: 2 },
        to: { stationM: crossing - 0.2, lateralM: -5 },
        startS: 0,
        speedMps: 1.4,
      },
      {
        id: 'strolling',
        tint: [60, 84, 128],
        from: { stationM: crossing - 26, lateralM: -(LANE_WIDTH_M + 1.9) },
        to: { stationM: crossing + 60, lateralM: -(LANE_WIDTH_M + 1.9) },
        startS: 0,
        speedMps: 1.2,
      },
    ],
    houses,
    trees,
    lamps: Array.from({ length: Math.floor(road.lengthM / 28) }, (_, index) => ({
      stationM: index * 28 + 9,
      lateralM: (index % 2 === 0 ? 1 : -1) * (LANE_WIDTH_M + PAVEMENT_WIDTH_M - 0.3),
    })),
    patches: Array.from({ length: 90 }, () => ({
      stationM: between(0, road.lengthM),
      lateralM: (random() < 0.5 ? 1 : -1) * between(LANE_WIDTH_M + PAVEMENT_WIDTH_M + 1.5, 30),
      radiusM: between(0.6, 2.2),
    })),
    hillsM: Array.from({ length: 72 }, (_, index) => {
      const bearing = (index / 72) * 2 * Math.PI
      return 14 + 7 * Math.sin(2 * bearing + 1) + 5 * Math.sin(5 * bearing) + 5 * random()
    }),
  }
}
