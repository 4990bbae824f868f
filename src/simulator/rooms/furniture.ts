import type { Dice } from './dice.ts'
import type { Piece } from './models/model.ts'
import type { Fixture } from './room.ts'
import type { Material } from './shapes/material.ts'
import { cuboid, merged, openBox, type Point3, type Span } from './shapes/mesh.ts'
import { bar } from './shapes/round.ts'

const METALS = [
  [60, 62, 66],
  [175, 178, 184],
  [176, 142, 70],
] as const

export const handleMetal = (dice: Dice): Material => ({ colour: dice.pick(METALS), gloss: 0.7 })

/** A bow between two feet on a front that faces -y. */
const bow = ([x, y, z]: Point3, halfM: number, upright: boolean) => {
  const at = (along: number, out: number): Point3 => (upright ? [x, y - out, z + along] : [x + along, y - out, z])
  return bar(
    [at(-halfM, 0), at(-halfM * 0.9, 0.028), at(halfM * 0.9, 0.028), at(halfM, 0)],
    upright ? [1, 0, 0] : [0, 0, 1],
    0.008,
  )
}

/** How far an open drawer is pulled out, and how deep it is; m. */
const PULLED_M = 0.24
const DEEP_M = 0.34

export interface DrawerPlan {
  readonly name: string
  readonly x: Span
  /** Of its front. */
  readonly yM: number
  readonly z: Span
  readonly open: boolean
  readonly front: Material
}

/** A drawer in a front that faces -y. */
export const drawer = ({ name, x, yM, z, open, front }: DrawerPlan, dice: Dice): Fixture => {
  const y = open ? yM - PULLED_M : yM
  const body = openBox([x[0] + 0.015, x[1] - 0.015], [y + 0.01, y + DEEP_M], [z[0] + 0.01, z[1] - 0.02], 0.008)
  const pieces: Piece[] = [
    { part: 'front', mesh: cuboid(x, [y - 0.012, y + 0.008], z), material: front },
    {
      part: 'handle',
      mesh: bow([(x[0] + x[1]) / 2, y - 0.012, (z[0] + z[1]) / 2], dice.between(0.05, 0.08), false),
      material: handleMetal(dice),
    },
    ...(open ? [{ part: 'inside', mesh: body, material: { colour: [196, 168, 128] } as Material }] : []),
  ]
  return {
    name,
    kind: 'drawer',
    open,
    pieces,
    ...(open && {
      inside: {
        name,
        how: 'in',
        x: [x[0] + 0.03, x[1] - 0.03],
        y: [y + 0.02, yM - 0.02],
        zM: z[0] + 0.018,
        clearanceM: 0.3,
        scale: 1,
      },
    }),
  }
}

/** A cupboard's door in a front that faces -y. */
export const cupboard = (name: string, x: Span, yM: number, z: Span, front: Material, dice: Dice): Fixture => ({
  name,
  kind: 'cupboard',
  open: false,
  pieces: [
    { part: 'front', mesh: cuboid(x, [yM - 0.012, yM + 0.008], z), material: front },
    {
      part: 'handle',
      mesh: bow([dice.chance(0.5) ? x[0] + 0.05 : x[1] - 0.05, yM - 0.012, z[1] - 0.13], 0.06, true),
      material: handleMetal(dice),
    },
  ],
})

/** A door in the wall. */
export const door = (x: Span, yM: number, z: Span, leaf: Material, dice: Dice): Fixture => {
  const side = dice.chance(0.5) ? x[0] + 0.08 : x[1] - 0.08
  const towards = side < (x[0] + x[1]) / 2 ? 1 : -1
  const height = z[0] + 0.95
  const metal = handleMetal(dice)
  const lever = bar(
    [
      [side, yM - 0.02, height],
      [side, yM - 0.07, height],
      [side + towards * 0.015, yM - 0.075, height],
      [side + towards * 0.14, yM - 0.075, height],
    ],
    [0, 0, 1],
    0.014,
  )
  const plate = cuboid([side - 0.025, side + 0.025], [yM - 0.028, yM], [height - 0.09, height + 0.09])
  const frame = merged(
    cuboid([x[0] - 0.07, x[0]], [yM - 0.03, yM], z),
    cuboid([x[1], x[1] + 0.07], [yM - 0.03, yM], z),
    cuboid([x[0] - 0.07, x[1] + 0.07], [yM - 0.03, yM], [z[1], z[1] + 0.07]),
  )
  return {
    name: 'the door',
    kind: 'door',
    open: false,
    pieces: [
      { part: 'leaf', mesh: cuboid(x, [yM - 0.02, yM], z), material: leaf },
      { part: 'frame', mesh: frame, material: { colour: [225, 222, 214] } },
      { part: 'handle', mesh: merged(lever, plate), material: metal },
    ],
  }
}
