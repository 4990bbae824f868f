import { COLOURS, type ColourName } from '../colours.ts'
import type { Dice } from '../dice.ts'
import type { Material, Pattern, Rgb } from '../shapes/material.ts'
import { aboutX, aboutY, cuboid, merged, openBox, placed, quad } from '../shapes/mesh.ts'
import { ball as ballMesh, turned } from '../shapes/round.ts'
import type { Kind, RoomModel } from './model.ts'
import { lamp, laptop, plant } from './standing.ts'

const PAPER: Rgb = [238, 234, 220]
const DARK: Rgb = [30, 32, 36]

const book = (colour: Rgb, dice: Dice): RoomModel => {
  const [w, d, h] = [dice.between(0.065, 0.09), dice.between(0.09, 0.12), dice.between(0.02, 0.045)]
  const cover = merged(
    cuboid([-w, w], [-d, d], [0, 0.003]),
    cuboid([-w, w], [-d, d], [h - 0.003, h]),
    cuboid([-w, -w + 0.003], [-d, d], [0, h]),
  )
  const title = quad(
    [-w * 0.55, -d * 0.1, h + 0.0006],
    [w * 0.6, -d * 0.1, h + 0.0006],
    [w * 0.6, d * 0.6, h + 0.0006],
    [-w * 0.55, d * 0.6, h + 0.0006],
  )
  return {
    pieces: [
      { part: 'cover', mesh: cover, material: { colour, gloss: 0.15 } },
      {
        part: 'pages',
        mesh: cuboid([-w + 0.002, w - 0.004], [-d + 0.004, d - 0.004], [0.003, h - 0.003]),
        material: { colour: PAPER },
      },
      { part: 'title', mesh: title, material: { colour: dice.chance(0.5) ? PAPER : DARK } },
    ],
    radiusM: Math.hypot(w, d),
    heightM: h,
    support: { how: 'on', radiusM: w * 0.9, heightM: h },
  }
}

const box = (colour: Rgb, dice: Dice): RoomModel => {
  const [w, d, h] = [dice.between(0.06, 0.11), dice.between(0.06, 0.1), dice.between(0.06, 0.14)]
  const patterns: readonly Pattern[] = ['plain', 'plain', 'stripes', 'checks', 'dots']
  const material: Material = { colour, second: PAPER, pattern: dice.pick(patterns), scaleM: dice.between(0.025, 0.05) }
  const sides = cuboid([-w, w], [-d, d], [0, h * 0.75])
  const lid = cuboid([-w - 0.004, w + 0.004], [-d - 0.004, d + 0.004], [h * 0.75, h])
  return {
    pieces: [
      { part: 'sides', mesh: sides, material },
      { part: 'lid', mesh: lid, material: { colour, gloss: 0.1 } },
    ],
    radiusM: Math.hypot(w, d),
    heightM: h,
    support: { how: 'on', radiusM: Math.min(w, d) * 0.95, heightM: h },
  }
}

const crate = (colour: Rgb, dice: Dice): RoomModel => {
  const [w, d, h] = [dice.between(0.1, 0.14), dice.between(0.08, 0.11), dice.between(0.06, 0.09)]
  return {
    pieces: [{ part: 'body', mesh: openBox([-w, w], [-d, d], [0, h], 0.008), material: { colour, gloss: 0.2 } }],
    radiusM: Math.hypot(w, d),
    heightM: h,
    support: { how: 'in', radiusM: Math.min(w, d) * 0.85, heightM: 0.008 },
  }
}

const ball = (colour: Rgb, dice: Dice): RoomModel => {
  const radius = dice.between(0.03, 0.055)
  const pattern = dice.pick<Pattern>(['plain', 'plain', 'bands', 'stripes'])
  const mesh = placed(ballMesh(radius), aboutX(dice.between(-0.6, 0.6)), [0, 0, 0])
  // Turning it about its foot moved it; its middle has to be above the origin again.
  const lifted = centred(mesh.vertices, radius)
  return {
    pieces: [
      {
        part: 'body',
        mesh: { vertices: lifted },
        material: { colour, second: PAPER, pattern, scaleM: radius * 0.6, gloss: 0.3 },
      },
    ],
    radiusM: radius,
    heightM: 2 * radius,
  }
}

const centred = (vertices: Float32Array, radius: number): Float32Array => {
  const out = Float32Array.from(vertices)
  for (let at = 0; at < out.length; at += 8) {
    // A ball's surface is its middle and its normals.
    out[at] = out[at + 3]! * radius
    out[at + 1] = out[at + 4]! * radius
    out[at + 2] = radius + out[at + 5]! * radius
  }
  return out
}

const toyCar = (colour: Rgb, dice: Dice): RoomModel => {
  const [l, w] = [dice.between(0.055, 0.075), dice.between(0.026, 0.033)]
  const glass: Material = { colour: [70, 95, 120], gloss: 0.7 }
  const wheel = (x: number, y: number) =>
    placed(
      turned([
        [0, -0.007],
        [0.016, -0.007],
        [0.016, 0.007],
        [0, 0.007],
      ]),
      aboutX(Math.PI / 2),
      [x, y, 0.016],
    )
  return {
    pieces: [
      { part: 'body', mesh: cuboid([-l, l], [-w, w], [0.012, 0.034]), material: { colour, gloss: 0.5 } },
      { part: 'windows', mesh: cuboid([-l * 0.55, l * 0.4], [-w * 0.9, w * 0.9], [0.034, 0.05]), material: glass },
      {
        part: 'roof',
        mesh: cuboid([-l * 0.5, l * 0.33], [-w * 0.92, w * 0.92], [0.05, 0.055]),
        material: { colour, gloss: 0.5 },
      },
      {
        part: 'wheels',
        mesh: merged(wheel(-l * 0.6, -w), wheel(l * 0.6, -w), wheel(-l * 0.6, w), wheel(l * 0.6, w)),
        material: { colour: DARK },
      },
    ],
    radiusM: Math.hypot(l, w),
    heightM: 0.055,
  }
}

/** An apple, with its stalk. */
const apple = (colour: Rgb, dice: Dice): RoomModel => {
  const radius = dice.between(0.032, 0.04)
  const body = turned([
    [0, 0.004],
    [radius * 0.5, 0],
    [radius * 0.88, radius * 0.5],
    [radius, radius * 1.05],
    [radius * 0.85, radius * 1.6],
    [radius * 0.45, radius * 1.85],
    [0, radius * 1.65],
  ])
  const stalk = placed(cuboid([-0.0025, 0.0025], [-0.0025, 0.0025], [0, 0.022]), aboutY(0.3), [0, 0, radius * 1.65])
  return {
    pieces: [
      { part: 'body', mesh: body, material: { colour, gloss: 0.4 } },
      { part: 'stalk', mesh: stalk, material: { colour: [80, 55, 35] } },
    ],
    radiusM: radius,
    heightM: radius * 1.9,
  }
}

const BRIGHT = COLOURS.filter((name) => name !== 'brown')
const POTS: readonly ColourName[] = ['orange', 'white', 'blue', 'yellow', 'grey', 'pink', 'turquoise', 'red']
const CASES: readonly ColourName[] = ['grey', 'black', 'white', 'pink', 'blue']
const BOTH = ['surface', 'floor'] as const

export const HOUSEHOLD_KINDS: readonly Kind[] = [
  { name: 'book', colours: COLOURS, portable: true, places: BOTH, affordances: [], build: book },
  {
    name: 'box',
    colours: COLOURS,
    portable: true,
    places: BOTH,
    affordances: [{ part: 'lid', action: 'open it' }],
    build: box,
  },
  { name: 'tray', colours: BRIGHT, portable: false, places: BOTH, affordances: [], build: crate },
  { name: 'ball', colours: BRIGHT, portable: true, places: BOTH, affordances: [], build: ball },
  {
    name: 'lamp',
    colours: BRIGHT,
    portable: false,
    places: ['surface'],
    affordances: [{ part: 'stem', action: 'carry it' }],
    build: lamp,
  },
  {
    name: 'flowerpot',
    colours: POTS,
    portable: false,
    places: BOTH,
    affordances: [{ part: 'pot', action: 'carry it' }],
    build: plant,
  },
  {
    name: 'laptop',
    colours: CASES,
    portable: false,
    places: ['surface'],
    affordances: [
      { part: 'keyboard', action: 'type on it' },
      { part: 'touchpad', action: 'move its pointer' },
    ],
    build: laptop,
  },
  {
    name: 'toy car',
    colours: BRIGHT,
    portable: true,
    places: BOTH,
    affordances: [{ part: 'roof', action: 'push it down' }],
    build: toyCar,
  },
  {
    name: 'apple',
    colours: ['red', 'green', 'yellow'],
    portable: true,
    places: ['surface'],
    affordances: [],
    build: apple,
  },
]
