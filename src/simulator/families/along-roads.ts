import { IDENTITY_PLANAR_POSE, type PlanarPose } from '#geometry'
import type { CrossingDraft, NetworkDraft, RoadDraft, Setting } from '../network/draft.ts'
import { layRoad, poseOnRoad, type RoadPiece } from '../road.ts'
import type { Choices } from './choices.ts'
import type { Family } from './family.ts'
import { bend, straight } from './pieces.ts'

/** Behind where the ego begins, so that the back camera sees a road; m. */
export const BEHIND_M = 90

/** Which way the whole world is turned: the sun then stands anywhere. */
export const turned = (choices: Choices, pose: PlanarPose = IDENTITY_PLANAR_POSE): PlanarPose => ({
  ...pose,
  headingRad: choices.between(-Math.PI, Math.PI),
})

/** How a road lies in its surroundings. */
export const roadside = (setting: Setting, choices: Choices): Pick<RoadDraft, 'shoulderM' | 'pavementM'> => {
  if (setting === 'country') return { shoulderM: choices.pick([0.4, 0.4, 1.6]), pavementM: 0 }
  return { shoulderM: choices.pick([0, 0, 1.6, 2.2]), pavementM: choices.between(2, 3) }
}

export const limitIn = (setting: Setting, choices: Choices): number => {
  if (setting === 'country') return choices.pick([60, 70, 80])
  return setting === 'city' ? choices.pick([40, 50, 60]) : choices.pick([30, 40, 50])
}

interface Stretch {
  readonly id: string
  readonly pieces: readonly RoadPiece[]
  readonly limitKmh: number
}

/** Roads one behind the other, each with its own limit. */
export const chainOf = (
  begin: PlanarPose,
  stretches: readonly Stretch[],
  common: Omit<RoadDraft, 'id' | 'begin' | 'pieces' | 'limitKmh' | 'follows'>,
): readonly RoadDraft[] => {
  let pose = begin
  return stretches.map((stretch, index) => {
    const road: RoadDraft = {
      ...common,
      ...stretch,
      begin: pose,
      ...(index > 0 ? { follows: stretches[index - 1]!.id } : {}),
      openBegin: index === 0,
      openEnd: index === stretches.length - 1,
    }
    const laid = layRoad(pose, stretch.pieces)
    pose = poseOnRoad(laid, laid.lengthM, 0)
    return road
  })
}

/** Where people cross between junctions: with a light, with stripes, or just there. */
export const crossingOn = (roadId: string, stationM: number, choices: Choices): CrossingDraft => {
  const kind = choices.pick(['light', 'light', 'stripes', 'bare'] as const)
  return {
    id: `${roadId}-crossing-${Math.round(stationM)}`,
    roadId,
    stationM,
    painted: kind !== 'bare',
    ...(kind === 'light'
      ? { light: { offsetS: choices.between(0, 26), greenS: choices.between(7, 14), redS: choices.between(8, 12) } }
      : {}),
  }
}

/** The ego comes along the first of roads that lead on and on. */
export const throughRoad = (
  draft: Pick<NetworkDraft, 'setting' | 'roads' | 'crossings' | 'traffic' | 'people'>,
  lane = 0,
): NetworkDraft => ({
  ...draft,
  junctions: [],
  ego: { roadId: draft.roads[0]!.id, stationM: BEHIND_M, lane, turns: [] },
})

const settingOf = (choices: Choices): Setting => choices.pick(['country', 'suburb', 'city'])

/** Families of one road that leads on and on. */
const oneRoad = (
  name: string,
  summary: string,
  heldOut: boolean,
  wind: (choices: Choices, setting: Setting) => readonly (readonly RoadPiece[])[],
  lanes: (choices: Choices) => { readonly forward: number; readonly backward: number } = () => ({
    forward: 1,
    backward: 1,
  }),
  settingFor: (choices: Choices) => Setting = settingOf,
): Family => ({
  name,
  summary,
  heldOut,
  draw(choices) {
    const setting = settingFor(choices)
    const { forward, backward } = lanes(choices)
    const stretches = wind(choices, setting).map((pieces, index) => ({
      id: `road-${index}`,
      pieces,
      limitKmh: limitIn(setting, choices),
    }))
    const common = { forward, backward, ...roadside(setting, choices) }
    const roads = chainOf(turned(choices), stretches, common)
    const first = layRoad(roads[0]!.begin, roads[0]!.pieces).lengthM
    const crosses = setting !== 'country' && choices.chance(0.6)
    const crossings = crosses
      ? [crossingOn('road-0', Math.min(BEHIND_M + choices.between(35, 90), first - 10), choices)]
      : []
    const lane = forward === 1 ? 0 : choices.whole(0, forward - 1)
    const traffic = choices.between(0.15, 1)
    const people = setting === 'country' ? 0 : choices.between(0.2, 1)
    return throughRoad({ setting, roads, crossings, traffic, people }, lane)
  },
})

const side = (choices: Choices): 1 | -1 => choices.pick([1, -1])

const mostlyCountry = (choices: Choices): Setting => choices.pick(['country', 'country', 'suburb'])

/** As many bends as asked for, to either side in turn, also from one call to the next. */
const alternating = (
  choices: Choices,
  draw: (turn: 1 | -1) => readonly RoadPiece[],
): ((count: number) => readonly RoadPiece[]) => {
  let turn = side(choices)
  return (count) =>
    Array.from({ length: count }, () => {
      turn = turn === 1 ? -1 : 1
      return draw(turn)
    }).flat()
}

/** Bends that town and country roads have, by what is driven there; m. */
const radiusIn = (setting: Setting, choices: Choices): number =>
  setting === 'country' ? choices.between(60, 160) : choices.between(28, 80)

export const STRAIGHT = oneRoad('straight', 'a straight road with two limits', false, (choices) => [
  [straight(BEHIND_M + choices.whole(90, 200))],
  [straight(500)],
])

export const CURVE = oneRoad('curve', 'one bend', false, (choices, setting) => [
  [
    straight(BEHIND_M + choices.whole(25, 70)),
    ...bend(radiusIn(setting, choices), side(choices) * choices.between(0.5, 1.7)),
    straight(40),
  ],
  [straight(420)],
])

export const WINDING = oneRoad(
  'winding',
  'bends to either side, one after the other',
  false,
  (choices, setting) => {
    const bends = alternating(choices, (turn) => [
      ...bend(radiusIn(setting, choices), turn * choices.between(0.4, 1.2)),
      straight(choices.whole(6, 40)),
    ])
    return [
      [straight(BEHIND_M + choices.whole(15, 40)), ...bends(4)],
      [...bends(4), straight(250)],
    ]
  },
  undefined,
  mostlyCountry,
)

/** Bends from hairpins to sweeping ones, each as likely tight as wide. */
export const MOUNTAIN = oneRoad(
  'mountain',
  'bends of any tightness, in any order',
  false,
  (choices) => {
    const bends = alternating(choices, (turn) => {
      const radiusM = 15 * 8 ** choices.between(0, 1)
      // A hairpin turns back; a wide bend that does would take the whole drive.
      const angleRad = choices.between(0.4, radiusM < 40 ? 2.6 : 1.2)
      return [...bend(radiusM, turn * angleRad), straight(choices.whole(20, 80))]
    })
    return [
      [straight(BEHIND_M + choices.whole(10, 60)), ...bends(2)],
      [...bends(1), straight(260)],
    ]
  },
  undefined,
  mostlyCountry,
)

/** Held out: two tight bends and a wide one. */
export const SERPENTINE = oneRoad(
  'serpentine',
  'tight bends',
  true,
  (choices) => {
    const first = side(choices)
    const bends = (sign: 1 | -1) => [
      ...bend(choices.between(18, 26), sign * choices.between(1.6, 2.5)),
      straight(choices.whole(30, 60)),
    ]
    return [
      [straight(BEHIND_M + choices.whole(20, 45)), ...bends(first), ...bends(first === 1 ? -1 : 1)],
      [...bend(60, first * 0.8), straight(260)],
    ]
  },
  undefined,
  () => 'country',
)

/** Where people live: they cross every so often, with a light, with stripes, or just there. */
export const STREET: Family = {
  name: 'street',
  summary: 'a street of a suburb with people, crossings and a bend',
  heldOut: false,
  draw(choices) {
    const lengthsM = [choices.whole(30, 80), choices.whole(40, 110)] as const
    const bent = bend(choices.between(35, 90), side(choices) * choices.between(0.15, 0.9))
    const pieces = [straight(BEHIND_M + lengthsM[0]), ...bent, straight(lengthsM[1])]
    const stretches = [
      { id: 'road-0', pieces, limitKmh: choices.pick([30, 30, 40, 50]) },
      { id: 'road-1', pieces: [straight(300)], limitKmh: choices.pick([30, 40, 50]) },
    ]
    const shoulderM = choices.pick([0, 0, 1.6])
    const common = { forward: 1, backward: 1, shoulderM, pavementM: choices.between(2, 3) }
    const begin = turned(choices)
    const endM = layRoad(begin, pieces).lengthM
    return throughRoad({
      setting: 'suburb',
      roads: chainOf(begin, stretches, common),
      crossings: [
        crossingOn('road-0', BEHIND_M + lengthsM[0] - choices.between(5, 15), choices),
        crossingOn('road-0', endM - choices.between(10, 25), choices),
        crossingOn('road-1', choices.between(30, 120), choices),
      ],
      traffic: choices.between(0.2, 1),
      people: choices.between(0.4, 1),
    })
  },
}

export const MULTI_LANE = oneRoad(
  'multi-lane',
  'two or three lanes in either direction, with lane changes',
  false,
  (choices) => [
    [
      straight(BEHIND_M + choices.whole(60, 140)),
      ...bend(choices.between(140, 300), side(choices) * choices.between(0.1, 0.5)),
      straight(60),
    ],
    [straight(560)],
  ],
  (choices) => {
    const count = choices.pick([2, 2, 3])
    return { forward: count, backward: count }
  },
  () => 'city',
)
