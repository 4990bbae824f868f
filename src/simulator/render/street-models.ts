import type { TreePlan } from '../plants.ts'
import type { Light, Tint } from '../things.ts'
import { block, type Detail, type Model, type Part } from './model.ts'

const POLE: Tint = [92, 96, 100]
const BARK: Tint = [86, 66, 48]
const SIGNAL_CASE: Tint = [30, 32, 34]
const SKIN: Tint = [214, 168, 140]
const TROUSERS: Tint = [52, 56, 76]
const HAIR: Tint = [66, 48, 36]

const darker = ([red, green, blue]: Tint, factor: number): Tint => [red * factor, green * factor, blue * factor]

/** Trunk and a crown of balls, darker below. */
export const treeModel = ({ heightM, tint }: TreePlan): Model => {
  const crown = heightM * 0.62
  const ball = (x: number, y: number, up: number, radius: number, light: number): Part => ({
    kind: 'ball',
    centre: { x: x * crown, y: y * crown, z: heightM - crown + up * crown },
    radiusM: radius * crown,
    tint: darker(tint, light),
  })
  return [
    block([-0.14, 0.14], [-0.14, 0.14], [0, heightM * 0.5], BARK),
    ball(0, 0, 0.28, 0.34, 0.68),
    ball(0.22, 0.12, 0.36, 0.3, 0.76),
    ball(-0.2, -0.14, 0.4, 0.31, 0.82),
    ball(0.06, -0.2, 0.54, 0.3, 0.92),
    ball(-0.1, 0.14, 0.62, 0.3, 1),
    ball(0.02, 0, 0.74, 0.24, 1.12),
  ]
}

const LAMPLIGHT: Tint = [255, 226, 164]

/** A lamp post whose arm reaches over the road, to +x. */
export const lampModel = (): Model => [
  block([-0.07, 0.07], [-0.07, 0.07], [0, 5.4], POLE),
  block([-0.07, 1.5], [-0.05, 0.05], [5.34, 5.44], POLE),
  block([0.9, 1.55], [-0.12, 0.12], [5.24, 5.36], [214, 216, 210], {}, LAMPLIGHT),
]

/** On and off, from the top down. */
const LAMPS: readonly { readonly shows: readonly Light[]; readonly on: Tint; readonly off: Tint }[] = [
  { shows: ['red', 'red-amber'], on: [255, 44, 36], off: [74, 26, 24] },
  { shows: ['amber', 'red-amber'], on: [255, 188, 44], off: [78, 60, 24] },
  { shows: ['green'], on: [60, 232, 130], off: [22, 66, 42] },
]

/** In ground truth: the case of one of a signal's heads, and its lamps that are lit, which are no part of the case. */
export interface SignalHeadMarks {
  readonly head: string
  readonly lit: readonly string[]
}

export const signalHeadMarks = (light: Light, mark: string): readonly SignalHeadMarks[] =>
  ['low', 'high'].map((place) => ({
    head: `${mark}-${place}`,
    lit: LAMPS.flatMap(({ shows }, index) => (shows.includes(light) ? [lampMark(`${mark}-${place}`, index)] : [])),
  }))

const lampMark = (head: string, index: number): string => `${head}-lamp-${index}`

/** A signal on a pole and, at +y beside it, one on an arm over the lane; it faces +x. */
export const signalModel = (light: Light, armM: number, mark: string): Model => {
  const lampsOf = (head: string): readonly Detail[] =>
    LAMPS.flatMap(({ shows, on, off }, index): Detail[] => {
      const lit = shows.includes(light)
      const foot = 0.69 - index * 0.315
      const lamp: Detail = {
        across: [0.18, 0.82],
        up: [foot, foot + 0.25],
        tint: lit ? on : off,
        round: true,
        glows: lit,
      }
      const halo: Detail = { ...lamp, across: [-0.25, 1.25], up: [foot - 0.17, foot + 0.42], opacity: 0.25 }
      return lit ? [halo, { ...lamp, mark: lampMark(head, index) }] : [lamp]
    })
  const signal = (y: number, z: number, head: string): Part => ({
    ...block([-0.14, 0.14], [y - 0.19, y + 0.19], [z, z + 1.02], SIGNAL_CASE, { front: lampsOf(head) }),
    mark: head,
  })
  const [low, high] = signalHeadMarks(light, mark)
  return [
    block([-0.08, 0.08], [-0.08, 0.08], [0, 4.6], POLE),
    block([-0.06, 0.06], [0, armM], [4.5, 4.62], POLE),
    signal(0, 2.1, low!.head),
    signal(armM, 3.7, high!.head),
  ]
}

/** Length of a step; m. */
const STEP_M = 0.72

/** A person who has walked so far, ahead is +x. */
export const walkerModel = (tint: Tint, walkedM: number): Model => {
  const swing = 0.2 * Math.sin((walkedM / STEP_M) * Math.PI)
  const limb = (y: number, offset: number, z: readonly [number, number], colour: Tint): Part =>
    block([offset - 0.08, offset + 0.08], [y - 0.075, y + 0.075], z, colour)
  return [
    limb(0.1, swing, [0, 0.84], TROUSERS),
    limb(-0.1, -swing, [0, 0.84], darker(TROUSERS, 0.8)),
    limb(0.28, -swing * 0.7, [0.8, 1.42], darker(tint, 0.8)),
    limb(-0.28, swing * 0.7, [0.8, 1.42], darker(tint, 0.8)),
    block([-0.13, 0.13], [-0.22, 0.22], [0.8, 1.46], tint),
    { kind: 'ball', centre: { x: 0, y: 0, z: 1.64 }, radiusM: 0.125, tint: HAIR },
    { kind: 'ball', centre: { x: 0.05, y: 0, z: 1.61 }, radiusM: 0.11, tint: SKIN },
  ]
}
