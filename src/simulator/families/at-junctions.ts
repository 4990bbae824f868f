import { composePlanar, normaliseAngle, type PlanarPose } from '#geometry'
import type { JunctionDraft, RoadDraft, Setting } from '../network/draft.ts'
import { layRoad, poseOnRoad } from '../road.ts'
import { BEHIND_M, crossingOn, limitIn, roadside, turned } from './along-roads.ts'
import type { Choices } from './choices.ts'
import type { Family } from './family.ts'
import { bend, straight } from './pieces.ts'

/** From the middle of a junction to where its arms begin: room for a bus to turn; m. */
const JUNCTION_M = 15
/** How far the ego's way goes on behind a junction; m. */
const BEYOND_M = 330

/** Of the first junction of a village: they must not reach the roads of the second; and of the second, where the ego leaves; m. */
const VILLAGE_ARM_M = 110
const VILLAGE_EXIT_M = 260

interface Place {
  readonly setting: Setting
  readonly limitKmh: number
  readonly common: Pick<RoadDraft, 'forward' | 'backward' | 'shoulderM' | 'pavementM'>
}

const placeFor = (choices: Choices): Place => {
  const setting = choices.pick(['suburb', 'city', 'suburb', 'country'] as const)
  const { shoulderM, pavementM } = roadside(setting, choices)
  const limitKmh = setting === 'country' ? 50 : limitIn(setting, choices)
  return { setting, limitKmh, common: { forward: 1, backward: 1, shoulderM: Math.min(shoulderM, 1.6), pavementM } }
}

/** Angles of arms around a junction, counter-clockwise from the one that the ego comes on, which lies at pi; rad. */
type Angles = readonly number[]

/** `major`, `second`: as a JunctionDraft has them. */
interface Shape extends Pick<JunctionDraft, 'major' | 'second'> {
  readonly angles: Angles
}

const FOUR: Angles = [Math.PI, -Math.PI / 2, 0, Math.PI / 2]

const armsAround = (
  id: string,
  centre: PlanarPose,
  angles: Angles,
  approachM: number,
  { limitKmh, common }: Place,
  choices: Choices,
  beyondM = BEYOND_M,
): readonly RoadDraft[] =>
  angles.map((angle, index) => {
    const away = composePlanar(centre, { xM: 0, yM: 0, headingRad: angle })
    if (index === 0) {
      const begin = composePlanar(away, { xM: JUNCTION_M + approachM, yM: 0, headingRad: Math.PI })
      return { ...common, id: `${id}-0`, begin, pieces: [straight(approachM)], limitKmh, openBegin: true }
    }
    // Short ones stay straight: in a village they would meet those of the next junction.
    const winds = choices.chance(0.4) && beyondM === BEYOND_M
    return {
      ...common,
      id: `${id}-${index}`,
      begin: composePlanar(away, { xM: JUNCTION_M, yM: 0, headingRad: 0 }),
      pieces: winds
        ? [straight(60), ...bend(90, choices.pick([1, -1]) * choices.between(0.15, 0.3)), straight(beyondM - 100)]
        : [straight(beyondM)],
      limitKmh,
      openEnd: true,
    }
  })

const ruleFor = (setting: Setting, choices: Choices): JunctionDraft['rule'] =>
  setting === 'country'
    ? choices.pick(['stop', 'give-way'])
    : choices.pick(['lights', 'lights', 'lights', 'stop', 'give-way'])

const junctionFor = (
  id: string,
  roads: readonly RoadDraft[],
  major: readonly number[],
  second: readonly number[],
  setting: Setting,
  choices: Choices,
): JunctionDraft => ({
  id,
  arms: roads.map((road, index) => ({ roadId: road.id, end: index === 0 ? 'end' : 'begin' })),
  rule: ruleFor(setting, choices),
  major,
  second,
  crossings: setting !== 'country',
  cycleOffsetS: choices.between(0, 30),
  greenS: choices.between(7, 13),
})

const oneJunction = (name: string, summary: string, heldOut: boolean, shape: (choices: Choices) => Shape): Family => ({
  name,
  summary,
  heldOut,
  draw(choices) {
    const place = placeFor(choices)
    const { angles, major, second } = shape(choices)
    const approachM = BEHIND_M + choices.whole(35, 80)
    const roads = armsAround('arm', turned(choices), angles, approachM, place, choices)
    return {
      setting: place.setting,
      roads,
      junctions: [junctionFor('junction', roads, major, second, place.setting, choices)],
      crossings: [],
      ego: {
        roadId: 'arm-0',
        stationM: BEHIND_M,
        lane: 0,
        turns: [choices.pick(angles.slice(1).map(turnTowards))],
      },
      traffic: choices.between(0.2, 1),
      people: place.setting === 'country' ? 0 : choices.between(0.3, 1),
    }
  },
})

const endOf = ({ begin, pieces }: RoadDraft): PlanarPose => {
  const road = layRoad(begin, pieces)
  return poseOnRoad(road, road.lengthM, 0)
}

/** As who comes along the first arm sees it. */
const turnTowards = (angle: number): 'straight' | 'left' | 'right' => {
  if (Math.abs(normaliseAngle(angle)) < 0.87) return 'straight'
  return normaliseAngle(angle) > 0 ? 'left' : 'right'
}

const mainOrSide = (choices: Choices): readonly number[] => (choices.chance(0.5) ? [0, 2] : [1, 3])

export const INTERSECTION = oneJunction('intersection', 'four arms, lights or signs', false, (choices) => ({
  angles: FOUR,
  major: mainOrSide(choices),
  second: [1, 3],
}))

/** Three of four arms, at right angles; the two in one line go first. */
const TEES = {
  ends: { angles: [Math.PI, -Math.PI / 2, Math.PI / 2], major: [1, 2], second: [1, 2] },
  withLeft: { angles: [Math.PI, 0, Math.PI / 2], major: [0, 1], second: [2] },
  withRight: { angles: [Math.PI, -Math.PI / 2, 0], major: [0, 2], second: [1] },
} as const satisfies Record<string, Shape>

export const T_JUNCTION = oneJunction('t-junction', 'three arms, from any of them', false, (choices) =>
  choices.pick([TEES.ends, TEES.withLeft, TEES.withRight]),
)

/** Arms at any angle, three or four. */
export const OBLIQUE_JUNCTION = oneJunction('oblique-junction', 'three or four arms at any angle', false, (choices) => {
  const turnedBy = new Map([
    [-Math.PI / 2, choices.between(-0.5, 0.5)],
    [0, choices.between(-0.35, 0.35)],
    [Math.PI / 2, choices.between(-0.5, 0.5)],
  ])
  const tee = choices.pick([undefined, undefined, TEES.withLeft, TEES.ends, TEES.withRight])
  const shape: Shape = tee ?? { angles: FOUR, major: mainOrSide(choices), second: [1, 3] }
  return { ...shape, angles: shape.angles.map((angle) => angle + (turnedBy.get(angle) ?? 0)) }
})

/** Held out: roads that meet askew. */
export const SKEW_INTERSECTION = oneJunction('skew-intersection', 'four arms that meet askew', true, (choices) => {
  const skew = choices.pick([1, -1]) * choices.between(0.25, 0.45)
  return {
    angles: [Math.PI, -Math.PI / 2 + skew, 0, Math.PI / 2 + skew],
    major: mainOrSide(choices),
    second: [1, 3],
  }
})

/** Held out: two junctions, a bend, and people between them. */
export const VILLAGE: Family = {
  name: 'village',
  summary: 'a village street with two junctions, a bend and a crossing',
  heldOut: true,
  draw(choices) {
    const place: Place = {
      setting: 'suburb',
      limitKmh: choices.pick([30, 40]),
      common: { forward: 1, backward: 1, shoulderM: 0, pavementM: choices.between(2, 2.6) },
    }
    const approachM = BEHIND_M + choices.whole(30, 50)
    const first = armsAround('west', turned(choices), FOUR, approachM, place, choices, VILLAGE_ARM_M)
    const streetM = choices.whole(70, 110)
    const begin = first[2]!.begin
    const street: RoadDraft = {
      ...place.common,
      id: 'street',
      begin,
      pieces: [straight(streetM), ...bend(45, choices.pick([1, -1]) * choices.between(0.2, 0.4)), straight(40)],
      limitKmh: place.limitKmh,
    }
    const centre = composePlanar(endOf(street), { xM: JUNCTION_M, yM: 0, headingRad: 0 })
    const second = armsAround('east', centre, [Math.PI, -Math.PI / 2, Math.PI / 2], 60, place, choices, VILLAGE_EXIT_M)
    const roads = [first[0]!, first[1]!, first[3]!, street, second[1]!, second[2]!]
    const west = junctionFor('west', [first[0]!, first[1]!, street, first[3]!], [0, 2], [1, 3], 'suburb', choices)
    const east = junctionFor('east', [street, second[1]!, second[2]!], [1, 2], [1, 2], 'suburb', choices)
    return {
      setting: 'suburb',
      roads,
      junctions: [
        { ...west, rule: 'give-way' },
        { ...east, rule: choices.pick(['lights', 'stop']) },
      ],
      crossings: [crossingOn('street', streetM - 20, choices)],
      ego: { roadId: 'west-0', stationM: BEHIND_M, lane: 0, turns: ['straight', choices.pick(['left', 'right'])] },
      traffic: choices.between(0.3, 0.9),
      people: choices.between(0.5, 1),
    }
  },
}
