import { hsl } from './colours.ts'
import type { Dice } from './dice.ts'
import type { Material } from './shapes/material.ts'

export const woods = (dice: Dice): Material => {
  const lightness = dice.between(0.25, 0.68)
  const hue = dice.between(22, 38)
  return {
    colour: hsl(hue, 0.42, lightness),
    second: hsl(hue - 4, 0.42, lightness * 0.62),
    pattern: 'wood',
    scaleM: dice.between(0.09, 0.2),
    gloss: dice.between(0, 0.15),
  }
}

export const painted = (dice: Dice, least = 0.3, most = 0.92): Material => ({
  colour: hsl(dice.between(0, 360), dice.between(0, 0.28), dice.between(least, most)),
})

const stone = (dice: Dice): Material => {
  const lightness = dice.between(0.2, 0.85)
  return {
    colour: hsl(dice.between(0, 60), 0.06, lightness),
    second: hsl(30, 0.08, lightness > 0.5 ? lightness * 0.7 : lightness * 1.5),
    pattern: 'speckles',
    scaleM: 0.05,
    gloss: 0.2,
  }
}

export const tiles = (dice: Dice, scaleM: number): Material => {
  const lightness = dice.between(0.55, 0.92)
  return {
    colour: hsl(dice.between(0, 360), dice.between(0, 0.3), lightness),
    second: hsl(40, 0.05, lightness * 0.75),
    pattern: 'tiles',
    scaleM,
  }
}

export const topMaterial = (dice: Dice): Material =>
  dice.chance(0.6) ? woods(dice) : dice.chance(0.5) ? stone(dice) : painted(dice)
