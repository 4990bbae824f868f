import { hsl } from '../colours.ts'
import type { Dice } from '../dice.ts'
import type { Material, Rgb } from '../shapes/material.ts'
import { aboutX, aboutZ, cuboid, merged, placed, quad } from '../shapes/mesh.ts'
import { turned } from '../shapes/round.ts'
import type { RoomModel } from './model.ts'

const DARK: Rgb = [30, 32, 36]

export const lamp = (colour: Rgb, dice: Dice): RoomModel => {
  const [height, shade] = [dice.between(0.3, 0.42), dice.between(0.08, 0.11)]
  const lit = dice.chance(0.5)
  const metal: Material = { colour: dice.pick([DARK, hsl(40, 0.5, 0.45), [190, 192, 196] as Rgb]), gloss: 0.6 }
  return {
    pieces: [
      {
        part: 'shade',
        mesh: turned([
          [shade, height * 0.62],
          [shade * 0.6, height],
          [shade * 0.57, height],
          [shade * 0.97, height * 0.62],
        ]),
        material: { colour, glows: lit },
      },
      {
        part: 'stem',
        mesh: turned([
          [0.011, 0.02],
          [0.011, height * 0.95],
        ]),
        material: metal,
      },
      {
        part: 'base',
        mesh: turned([
          [0.065, 0],
          [0.065, 0.012],
          [0.02, 0.022],
          [0, 0.022],
        ]),
        material: metal,
      },
    ],
    radiusM: shade,
    heightM: height,
  }
}

export const plant = (colour: Rgb, dice: Dice): RoomModel => {
  const [radius, height] = [dice.between(0.05, 0.075), dice.between(0.07, 0.11)]
  const leaves = dice.whole(12, 20)
  const green = hsl(dice.between(95, 140), dice.between(0.35, 0.6), dice.between(0.22, 0.36))
  const length = dice.between(0.12, 0.2)
  const foliage = Array.from({ length: leaves }, (_, index) => {
    const [long, wide] = [length * dice.between(0.7, 1), length * dice.between(0.12, 0.2)]
    const leaf = merged(
      quad([0, 0, 0], [wide, long * 0.45, 0.01], [0, long, -0.02], [0, long * 0.5, -0.008]),
      quad([0, 0, 0], [0, long * 0.5, -0.008], [0, long, -0.02], [-wide, long * 0.45, 0.01]),
    )
    const risen = placed(leaf, aboutX(dice.between(0.35, 1.4)), [0, 0, 0])
    return placed(risen, aboutZ((index / leaves) * 2 * Math.PI * 2.4 + dice.between(0, 0.5)), [0, 0, height - 0.01])
  })
  return {
    pieces: [
      {
        part: 'pot',
        mesh: turned([
          [0, 0],
          [radius * 0.7, 0],
          [radius * 0.95, height * 0.8],
          [radius, height * 0.8],
          [radius, height],
          [radius * 0.9, height],
          [radius * 0.88, height * 0.9],
        ]),
        material: { colour, gloss: 0.1 },
      },
      {
        part: 'soil',
        mesh: turned([
          [radius * 0.9, height * 0.88],
          [0, height * 0.9],
        ]),
        material: { colour: [62, 44, 32], second: [90, 66, 48], pattern: 'speckles', scaleM: 0.02 },
      },
      { part: 'leaves', mesh: merged(...foliage), material: { colour: green, gloss: 0.15 } },
    ],
    radiusM: radius + 0.03,
    heightM: height + length * 0.9,
  }
}

export const laptop = (colour: Rgb, dice: Dice): RoomModel => {
  const [w, d] = [dice.between(0.15, 0.175), dice.between(0.1, 0.12)]
  const body: Material = { colour, gloss: 0.3 }
  const tilt = dice.between(0.15, 0.4)
  const upright = (mesh: ReturnType<typeof cuboid>) => placed(mesh, aboutX(-tilt), [0, d, 0.014])
  const glow = dice.pick<Rgb>([
    [90, 140, 205],
    [205, 215, 225],
    [60, 70, 110],
    [70, 150, 130],
  ])
  return {
    pieces: [
      { part: 'body', mesh: cuboid([-w, w], [-d, d], [0, 0.014]), material: body },
      {
        part: 'keyboard',
        mesh: cuboid([-w * 0.9, w * 0.9], [-d * 0.15, d * 0.85], [0.0141, 0.0156]),
        material: { colour: DARK, second: [110, 114, 120], pattern: 'tiles', scaleM: 0.018 },
      },
      {
        part: 'touchpad',
        mesh: cuboid([-w * 0.3, w * 0.3], [-d * 0.85, -d * 0.28], [0.0141, 0.015]),
        material: { colour: [colour[0] * 0.8, colour[1] * 0.8, colour[2] * 0.8], gloss: 0.3 },
      },
      { part: 'lid', mesh: upright(cuboid([-w, w], [0, 0.008], [0, 2 * d])), material: body },
      {
        part: 'screen',
        mesh: upright(cuboid([-w * 0.93, w * 0.93], [-0.001, 0], [0.012, 2 * d - 0.012])),
        material: { colour: glow, second: [235, 238, 242], pattern: 'bands', scaleM: 0.06, glows: true },
      },
    ],
    radiusM: Math.hypot(w, d),
    heightM: 0.2,
  }
}
