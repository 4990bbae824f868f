import { type ColourName, hsl, shadeOf } from './colours.ts'
import type { Dice } from './dice.ts'
import { painted, tiles, topMaterial, woods } from './finishes.ts'
import { cupboard, door, drawer } from './furniture.ts'
import type { Piece } from './models/model.ts'
import type { Fixture, RoomKind, Surface } from './room.ts'
import type { Material, Rgb } from './shapes/material.ts'
import { cuboid, merged, type Point3, quad, type Span } from './shapes/mesh.ts'

/** A room before anything stands in it. */
export interface Layout {
  readonly surfaces: readonly Surface[]
  readonly fixtures: readonly Fixture[]
  readonly scenery: readonly Piece[]
  /** What a camera looks at, and from how far; m. */
  readonly focus: Point3
  readonly distanceM: Span
  /** How far it looks down, and to either side; rad. */
  readonly pitchRad: Span
  readonly yawRad: number
}

/** A floor and a wall, with what hangs there. */
const shell = (dice: Dice, floorM: number, wallM: number, wall: Material): readonly Piece[] => {
  const wide = 4
  const floor = dice.pick([woods(dice), tiles(dice, 0.35), painted(dice, 0.25, 0.7)])
  const hung: Piece[] = []
  if (dice.chance(0.7)) {
    const [x, z] = [dice.between(-0.9, 0.9), floorM + dice.between(1.35, 1.6)]
    const [w, h] = [dice.between(0.15, 0.4), dice.between(0.15, 0.35)]
    const window = dice.chance(0.3)
    hung.push(
      {
        part: 'frame',
        mesh: cuboid([x - w - 0.03, x + w + 0.03], [wallM - 0.025, wallM], [z - h - 0.03, z + h + 0.03]),
        material: painted(dice, 0.1, 0.95),
      },
      {
        part: 'picture',
        mesh: cuboid([x - w, x + w], [wallM - 0.03, wallM - 0.02], [z - h, z + h]),
        material: window
          ? { colour: [186, 214, 240], second: [150, 190, 150], pattern: 'bands', scaleM: h, glows: true }
          : {
              colour: hsl(dice.between(0, 360), 0.5, 0.6),
              second: hsl(dice.between(0, 360), 0.5, 0.4),
              pattern: dice.pick(['checks', 'bands', 'dots', 'stripes'] as const),
              scaleM: 0.2,
            },
      },
    )
  }
  return [
    {
      part: 'the floor',
      mesh: quad([-wide, -3, floorM], [wide, -3, floorM], [wide, wallM, floorM], [-wide, wallM, floorM]),
      material: floor,
    },
    {
      part: 'wall',
      mesh: quad([-wide, wallM, floorM], [wide, wallM, floorM], [wide, wallM, 3], [-wide, wallM, 3]),
      material: wall,
    },
    {
      part: 'skirting',
      mesh: cuboid([-wide, wide], [wallM - 0.012, wallM], [floorM, floorM + 0.09]),
      material: { colour: [226, 224, 218] },
    },
    ...hung,
  ]
}

/** Above a table; nothing is in the way. */
const OPEN_M = 0.6

const surface = (name: string, x: Span, y: Span, zM: number, clearanceM = OPEN_M, scale = 1): Surface => ({
  name,
  how: 'on',
  x,
  y,
  zM,
  clearanceM,
  scale,
})

const shelfOnWall = (dice: Dice, wallM: number, zM: number): { readonly surface: Surface; readonly piece: Piece } => {
  const [middle, half] = [dice.between(-0.25, 0.25), dice.between(0.35, 0.55)]
  const [x, y]: [Span, Span] = [
    [middle - half, middle + half],
    [wallM - 0.24, wallM],
  ]
  return {
    surface: surface('the shelf', [x[0] + 0.02, x[1] - 0.02], [y[0] + 0.02, y[1] - 0.02], zM),
    piece: {
      part: 'the shelf',
      mesh: cuboid(x, y, [zM - 0.025, zM]),
      material: dice.chance(0.6) ? woods(dice) : painted(dice),
    },
  }
}

const tableLayout = (dice: Dice, name: string): Layout => {
  const [w, d] = [dice.between(0.5, 0.68), dice.between(0.34, 0.44)]
  const wallM = d + dice.between(0.02, 0.5)
  const top = topMaterial(dice)
  const body = dice.chance(0.5) ? top : painted(dice)
  const legs = merged(
    ...[-w + 0.05, w - 0.05].flatMap((x) =>
      [-d + 0.05, d - 0.05].map((y) => cuboid([x - 0.025, x + 0.025], [y - 0.025, y + 0.025], [-0.74, -0.03])),
    ),
  )
  const centre = dice.between(-w + 0.3, w - 0.3)
  const hasDrawer = dice.chance(0.65)
  const hasShelf = dice.chance(0.35)
  const shelf = shelfOnWall(dice, wallM, dice.between(0.34, 0.42))
  return {
    surfaces: [surface(name, [-w + 0.02, w - 0.02], [-d + 0.02, d - 0.02], 0), ...(hasShelf ? [shelf.surface] : [])],
    fixtures: hasDrawer
      ? [
          drawer(
            {
              name: 'the drawer',
              x: [centre - 0.2, centre + 0.2],
              yM: -d + 0.015,
              z: [-0.16, -0.035],
              open: dice.chance(0.4),
              front: body,
            },
            dice,
          ),
        ]
      : [],
    scenery: [
      ...shell(dice, -0.74, wallM, painted(dice, 0.45)),
      { part: name, mesh: cuboid([-w, w], [-d, d], [-0.03, 0]), material: top },
      { part: 'legs', mesh: legs, material: body },
      ...(hasShelf ? [shelf.piece] : []),
    ],
    focus: [dice.between(-0.12, 0.12), dice.between(-0.12, 0.05), hasShelf ? 0.14 : 0.02],
    distanceM: hasShelf ? [1, 1.3] : [0.8, 1.25],
    pitchRad: hasShelf ? [0.32, 0.6] : [0.45, 0.95],
    yawRad: 0.5,
  }
}

const counterLayout = (dice: Dice): Layout => {
  const [d, wallM] = [0.3, 0.32]
  const fronts = dice.chance(0.5) ? woods(dice) : painted(dice)
  const shelf = shelfOnWall(dice, wallM, dice.between(0.36, 0.46))
  const centre = dice.between(-0.3, 0.3)
  const side = dice.chance(0.5) ? 1 : -1
  const cupboardX: Span = side > 0 ? [centre + 0.24, centre + 0.7] : [centre - 0.7, centre - 0.24]
  const [handleless, gap] = [cuboid([-2, 2], [-d + 0.02, wallM], [-0.86, -0.04]), 0.006]
  return {
    surfaces: [surface('the counter', [-0.75, 0.75], [-d + 0.02, d - 0.02], 0), shelf.surface],
    fixtures: [
      drawer(
        {
          name: 'the drawer',
          x: [centre - 0.22, centre + 0.22],
          yM: -d + 0.012,
          z: [-0.2, -0.05],
          open: dice.chance(0.4),
          front: fronts,
        },
        dice,
      ),
      ...(dice.chance(0.6)
        ? [cupboard('the cupboard', [cupboardX[0] + gap, cupboardX[1]], -d + 0.012, [-0.8, -0.05], fronts, dice)]
        : []),
    ],
    scenery: [
      ...shell(dice, -0.86, wallM, dice.chance(0.6) ? tiles(dice, dice.between(0.08, 0.15)) : painted(dice, 0.5)),
      { part: 'the counter', mesh: cuboid([-2, 2], [-d, wallM], [-0.04, 0]), material: topMaterial(dice) },
      {
        part: 'cabinet',
        mesh: handleless,
        material: { ...fronts, pattern: 'plain', colour: fronts.colour.map((value) => value * 0.9) as unknown as Rgb },
      },
      shelf.piece,
    ],
    focus: [dice.between(-0.12, 0.12), -0.05, dice.between(0.06, 0.16)],
    distanceM: [1, 1.35],
    pitchRad: [0.3, 0.62],
    yawRad: 0.45,
  }
}

/** Between boards; m. */
const BOARDS_M = 0.36

const shelfLayout = (dice: Dice): Layout => {
  const w = dice.between(0.42, 0.55)
  const material = dice.chance(0.6) ? woods(dice) : painted(dice)
  const board = (zM: number) => cuboid([-w, w], [-0.16, 0.16], [zM - 0.02, zM])
  const names = ['the lower shelf', 'the middle shelf', 'the upper shelf']
  const sides = merged(
    cuboid([-w - 0.02, -w], [-0.16, 0.16], [-1, 0.74]),
    cuboid([w, w + 0.02], [-0.16, 0.16], [-1, 0.74]),
  )
  return {
    surfaces: names.map((name, index) =>
      surface(
        name,
        [-w + 0.02, w - 0.02],
        [-0.14, 0.14],
        (index - 1) * BOARDS_M,
        index === 2 ? OPEN_M : BOARDS_M - 0.03,
      ),
    ),
    fixtures: [],
    scenery: [
      ...shell(dice, -1, 0.2, painted(dice, 0.45)),
      ...names.map((name, index) => ({ part: name, mesh: board((index - 1) * BOARDS_M), material })),
      { part: 'sides', mesh: sides, material },
      { part: 'back', mesh: cuboid([-w, w], [0.15, 0.165], [-1, 0.36]), material: painted(dice, 0.3) },
    ],
    focus: [dice.between(-0.08, 0.08), 0, dice.between(0, 0.12)],
    distanceM: [1, 1.35],
    pitchRad: [0.12, 0.4],
    yawRad: 0.35,
  }
}

/** Things on a floor are seen from further, and larger. */
const FLOOR_SCALE = 1.9

const floorLayout = (dice: Dice): Layout => {
  const wallM = dice.between(0.9, 1.2)
  const side = dice.chance(0.5) ? 1 : -1
  const doorX: Span = side > 0 ? [0.15, 0.9] : [-0.9, -0.15]
  const at = -side * dice.between(0.5, 0.65)
  const fronts = dice.chance(0.5) ? woods(dice) : painted(dice)
  const leafColour = dice.pick<ColourName>(['white', 'brown', 'blue', 'green', 'grey', 'red'])
  const cabinet: Span = [at - 0.35, at + 0.35]
  const frontM = wallM - 0.4
  return {
    surfaces: [
      surface('the floor', [-0.95, 0.95], [-0.7, frontM - 0.3], 0, 2, FLOOR_SCALE),
      surface('the cabinet', [cabinet[0] + 0.03, cabinet[1] - 0.03], [frontM + 0.02, wallM - 0.03], 0.5),
    ],
    fixtures: [
      door(doorX, wallM, [0, 2], { colour: shadeOf(leafColour, dice), gloss: 0.1 }, dice),
      drawer(
        {
          name: 'the drawer',
          x: [cabinet[0] + 0.03, cabinet[1] - 0.03],
          yM: frontM - 0.005,
          z: [0.28, 0.46],
          open: dice.chance(0.35),
          front: fronts,
        },
        dice,
      ),
    ],
    scenery: [
      ...shell(dice, 0, wallM, painted(dice, 0.45)).filter(({ part }) => part !== 'frame' && part !== 'picture'),
      { part: 'the cabinet', mesh: cuboid(cabinet, [frontM, wallM], [0, 0.5]), material: fronts },
    ],
    focus: [dice.between(-0.1, 0.1), 0.15, 0.3],
    distanceM: [1.75, 2.2],
    pitchRad: [0.38, 0.62],
    yawRad: 0.3,
  }
}

export const drawLayout = (kind: RoomKind, dice: Dice): Layout => {
  switch (kind) {
    case 'table':
      return tableLayout(dice, 'the table')
    case 'desk':
      return tableLayout(dice, 'the desk')
    case 'counter':
      return counterLayout(dice)
    case 'shelf':
      return shelfLayout(dice)
    case 'floor':
      return floorLayout(dice)
  }
}
