import { COLOURS, type ColourName, hsl } from '../colours.ts'
import type { Dice } from '../dice.ts'
import type { Material, Rgb } from '../shapes/material.ts'
import { aboutX, cuboid, merged, type Point3, placed } from '../shapes/mesh.ts'
import { bar, turned } from '../shapes/round.ts'
import type { Kind, RoomModel } from './model.ts'

const STEEL: Material = { colour: [168, 172, 178], gloss: 0.7 }
const CREAM: Rgb = [240, 236, 225]

/** Glazed, and sometimes with rings round it. */
const glazed = (colour: Rgb, dice: Dice): Material =>
  dice.chance(0.25)
    ? { colour, second: CREAM, pattern: 'bands', scaleM: dice.between(0.012, 0.03), gloss: 0.35 }
    : { colour, gloss: 0.35 }

const mug = (colour: Rgb, dice: Dice): RoomModel => {
  const [radius, height] = [dice.between(0.036, 0.048), dice.between(0.08, 0.11)]
  const foot = radius * dice.between(0.8, 1)
  const material = glazed(colour, dice)
  const reach = dice.between(0.024, 0.032)
  const handle = Array.from({ length: 9 }, (_, index): Point3 => {
    const angle = -Math.PI / 2 + (index / 8) * Math.PI
    return [radius * 0.95 + reach * Math.cos(angle), 0, height * (0.52 + 0.32 * Math.sin(angle))]
  })
  const body = turned([
    [0, 0],
    [foot, 0],
    [radius, height],
    [radius - 0.004, height],
    [foot - 0.004, 0.006],
    [0, 0.006],
  ])
  return {
    pieces: [
      { part: 'body', mesh: body, material },
      { part: 'handle', mesh: bar(handle, [0, 1, 0], 0.0065), material: { colour, gloss: 0.35 } },
    ],
    radiusM: radius + reach,
    heightM: height,
  }
}

const bottle = (colour: Rgb, dice: Dice): RoomModel => {
  const [radius, height] = [dice.between(0.03, 0.042), dice.between(0.2, 0.29)]
  const neck = radius * 0.36
  const shoulder = height * dice.between(0.58, 0.7)
  const cap = dice.pick([hsl(0, 0, 0.15), hsl(45, 0.6, 0.5), hsl(0, 0, 0.85)])
  const body = turned([
    [0, 0],
    [radius, 0],
    [radius, shoulder],
    [radius * 0.8, shoulder + height * 0.07],
    [neck, shoulder + height * 0.15],
    [neck, height * 0.93],
  ])
  const label = turned([
    [radius + 0.0008, height * 0.18],
    [radius + 0.0008, height * 0.45],
  ])
  return {
    pieces: [
      { part: 'body', mesh: body, material: { colour, gloss: 0.6 } },
      { part: 'label', mesh: label, material: { colour: CREAM, second: colour, pattern: 'bands', scaleM: 0.022 } },
      {
        part: 'cap',
        mesh: turned([
          [neck * 1.3, height * 0.91],
          [neck * 1.3, height],
          [0, height],
        ]),
        material: { colour: cap, gloss: 0.2 },
      },
    ],
    radiusM: radius,
    heightM: height,
  }
}

const bowl = (colour: Rgb, dice: Dice): RoomModel => {
  const [radius, height] = [dice.between(0.075, 0.105), dice.between(0.05, 0.075)]
  const curve = (at: number, inset: number) =>
    [(radius - inset) * Math.sin(at) ** 0.7, inset + (height - inset) * (1 - Math.cos(at))] as const
  const angles = [0.35, 0.6, 0.85, 1.1, 1.35, Math.PI / 2]
  const body = turned([
    [0, 0],
    [radius * 0.45, 0],
    ...angles.map((angle) => curve(angle, 0)),
    ...angles.toReversed().map((angle) => curve(angle, 0.005)),
    [0, 0.012],
  ])
  return {
    pieces: [{ part: 'body', mesh: body, material: glazed(colour, dice) }],
    radiusM: radius,
    heightM: height,
    support: { how: 'in', radiusM: radius * 0.62, heightM: 0.012 },
  }
}

const plate = (colour: Rgb, dice: Dice): RoomModel => {
  const radius = dice.between(0.1, 0.135)
  const rim: Material = dice.chance(0.5)
    ? { colour, gloss: 0.35 }
    : { colour, second: CREAM, pattern: 'plain', gloss: 0.35 }
  const dish = turned([
    [radius * 0.62, 0.008],
    [radius * 0.6, 0.006],
    [0, 0.006],
  ])
  return {
    pieces: [
      {
        part: 'rim',
        mesh: turned([
          [radius * 0.55, 0],
          [radius, 0.018],
          [radius * 0.97, 0.02],
          [radius * 0.62, 0.008],
        ]),
        material: rim,
      },
      { part: 'middle', mesh: dish, material: { colour: rim.second ?? colour, gloss: 0.35 } },
    ],
    radiusM: radius,
    heightM: 0.02,
    support: { how: 'on', radiusM: radius * 0.6, heightM: 0.006 },
  }
}

const tin = (colour: Rgb, dice: Dice): RoomModel => {
  const [radius, height] = [dice.between(0.033, 0.045), dice.between(0.08, 0.12)]
  const label = turned([
    [radius, 0.008],
    [radius, height - 0.008],
  ])
  const metal = merged(
    turned([
      [radius + 0.0015, 0],
      [radius + 0.0015, 0.009],
      [radius, 0.009],
    ]),
    turned([
      [radius, height - 0.009],
      [radius + 0.0015, height - 0.009],
      [radius + 0.0015, height],
    ]),
  )
  const lid = turned([
    [radius + 0.0015, height],
    [radius - 0.003, height],
    [radius - 0.004, height - 0.004],
    [0, height - 0.004],
  ])
  const second = dice.pick([CREAM, hsl(0, 0, 0.15), hsl(45, 0.8, 0.55)])
  return {
    pieces: [
      {
        part: 'side',
        mesh: label,
        material: { colour, second, pattern: dice.chance(0.5) ? 'dots' : 'plain', scaleM: 0.025, gloss: 0.3 },
      },
      { part: 'metal', mesh: metal, material: STEEL },
      { part: 'lid', mesh: lid, material: STEEL },
    ],
    radiusM: radius,
    heightM: height,
  }
}

const spoon = (colour: Rgb, dice: Dice): RoomModel => {
  const length = dice.between(0.19, 0.25)
  const head = placed(
    turned([
      [0, 0],
      [0.012, 0.002],
      [0.022, 0.008],
      [0.02, 0.009],
      [0.011, 0.004],
      [0, 0.003],
    ]),
    [1, 0, 0, 0, 1.5, 0, 0, 0, 1],
    [0, length / 2 - 0.03, 0],
  )
  const handle = bar(
    [
      [0, length / 2 - 0.058, 0.007],
      [0, length / 2 - 0.085, 0.011],
      [0, -length / 2, 0.007],
    ],
    [1, 0, 0],
    0.006,
  )
  const material: Material = { colour, gloss: 0.4 }
  return {
    pieces: [
      { part: 'head', mesh: head, material },
      { part: 'handle', mesh: handle, material },
    ],
    radiusM: length / 2,
    heightM: 0.018,
  }
}

const knife = (colour: Rgb, dice: Dice): RoomModel => {
  const length = dice.between(0.2, 0.27)
  const blade = placed(cuboid([-0.014, 0.014], [-0.02, length * 0.6], [0, 0.003]), aboutX(0), [0, -length * 0.1, 0.004])
  return {
    pieces: [
      { part: 'blade', mesh: blade, material: STEEL },
      {
        part: 'handle',
        mesh: cuboid([-0.0125, 0.0125], [-length / 2, -length * 0.1], [0, 0.016]),
        material: { colour, gloss: 0.15 },
      },
    ],
    radiusM: length / 2,
    heightM: 0.016,
  }
}

const VIVID = COLOURS.filter((name) => name !== 'grey' && name !== 'brown')
const BOTTLES: readonly ColourName[] = ['green', 'brown', 'blue', 'red', 'yellow', 'purple', 'black', 'turquoise']
const WOODEN: readonly ColourName[] = ['brown', 'black', 'red', 'blue', 'green', 'orange']

export const KITCHEN_KINDS: readonly Kind[] = [
  {
    name: 'mug',
    colours: VIVID,
    portable: true,
    places: ['surface'],
    affordances: [{ part: 'handle', action: 'lift it' }],
    build: mug,
  },
  {
    name: 'bottle',
    colours: BOTTLES,
    portable: true,
    places: ['surface'],
    affordances: [{ part: 'cap', action: 'open it' }],
    build: bottle,
  },
  { name: 'bowl', colours: VIVID, portable: true, places: ['surface'], affordances: [], build: bowl },
  { name: 'plate', colours: VIVID, portable: true, places: ['surface'], affordances: [], build: plate },
  {
    name: 'tin',
    colours: VIVID,
    portable: true,
    places: ['surface'],
    affordances: [{ part: 'lid', action: 'open it' }],
    build: tin,
  },
  {
    name: 'spoon',
    colours: WOODEN,
    portable: true,
    places: ['surface'],
    affordances: [{ part: 'handle', action: 'hold it' }],
    build: spoon,
  },
  {
    name: 'knife',
    colours: WOODEN,
    portable: true,
    places: ['surface'],
    affordances: [{ part: 'handle', action: 'hold it safely' }],
    build: knife,
  },
]
