import { create } from '@bufbuild/protobuf'
import type { TimedPose } from '#geometry'
import { GroundTruthMapSchema, GroundTruthMap_StopLine_Rule as Rule } from '#messages'
import type { Other } from '../navsim/others.ts'
import { planStates } from '../navsim/plan-states.ts'
import { roadOf } from '../navsim/road.ts'
import type { Situation } from '../navsim/situation.ts'

/** 4.3 m x 1.8 m: its front 3.5 m before the rear axle. */
export const BODY = { lengthM: 4.3, widthM: 1.8, rearOverhangM: 0.8 } as const

const line = (fromX: number, toX: number, y: number) => [
  { x: fromX, y },
  { x: toX, y },
]

/** Along x: the ego's lane around y = 0, the other direction around y = 3.5, 3.5 m each; a light rules x = 20. */
export const STREET = roadOf(
  create(GroundTruthMapSchema, {
    lanes: [
      {
        id: 'ours',
        centreLine: line(-100, 100, 0),
        widthM: 3.5,
        speedLimitMps: 13.9,
        stopLines: [{ stationM: 120, rule: Rule.LIGHT, id: 'light' }],
      },
      { id: 'theirs', centreLine: line(100, -100, 3.5), widthM: 3.5, speedLimitMps: 13.9 },
    ],
    drivableAreas: [
      {
        points: [
          { x: -100, y: -1.75 },
          { x: 100, y: -1.75 },
          { x: 100, y: 5.25 },
          { x: -100, y: 5.25 },
        ],
      },
    ],
  }),
)

export const situation = (more: Partial<Situation> = {}): Situation => ({
  road: STREET,
  others: [],
  isRedAt: () => false,
  routeLine: [
    { xM: -100, yM: 0 },
    { xM: 100, yM: 0 },
  ],
  body: BODY,
  ...more,
})

/** Poses every 0.5 s to 4 s, as a function of time gives their places; heading along x. */
export const plan = (at: (timeS: number) => readonly [xM: number, yM: number]): readonly TimedPose[] =>
  Array.from({ length: 8 }, (_, index) => {
    const timeS = (index + 1) * 0.5
    const [xM, yM] = at(timeS)
    return { timeS, pose: { xM, yM, headingRad: 0 } }
  })

/** From the origin of the map, its speed as the plan begins. */
export const states = (poses: readonly TimedPose[], speedMps: number) =>
  planStates(poses, { poseInMap: { xM: 0, yM: 0, headingRad: 0 }, speedMps, yawRateRadps: 0 })

export const steady = (speedMps: number) =>
  states(
    plan((timeS) => [speedMps * timeS, 0]),
    speedMps,
  )

/** A car 4 m x 2 m whose middle is at x and y, at `speedMps` along x. */
export const car = (xM: number, yM: number, speedMps = 0, id = 'car'): Other => ({
  id,
  vehicle: true,
  lengthM: 4,
  widthM: 2,
  path: Array.from({ length: 9 }, (_, index) => ({ xM: xM + speedMps * index * 0.5, yM, headingRad: 0 })),
})
