import { dotProduct, type Vector3 } from '#geometry'
import type { Colour } from '#image'
import type { Tint } from '../world.ts'

/** Where the sun is, from anywhere in the map frame; of length 1. A late morning, behind and to the left of who drives along +x. */
const SUN: Vector3 = { x: -0.37, y: 0.56, z: 0.74 }
/** Light from the sky alone, and what the sun adds to a face that looks at it. */
const AMBIENT = 0.66
const SUNLIGHT = 0.42

/** The air at the horizon. */
export const HAZE: Tint = [206, 218, 228]
export const ZENITH: Tint = [86, 140, 206]
/** At this distance haze has taken 63 % of a colour: a clear day, shortened so that the end of the street fades; m. */
const HAZE_M = 260

/** A face's colour in the sun; the normal is in the map frame and of length 1. */
export const shaded = (tint: Tint, normalInMap: Vector3): Tint => {
  const light = AMBIENT + SUNLIGHT * Math.max(dotProduct(normalInMap, SUN), 0)
  return scaled(tint, light)
}

/** A colour seen from a distance; m. */
export const hazed = (tint: Tint, distanceM: number, opacity = 1): Colour => {
  const left = Math.exp(-distanceM / HAZE_M)
  const mix = (own: number, haze: number) => haze + (own - haze) * left
  return [mix(tint[0], HAZE[0]), mix(tint[1], HAZE[1]), mix(tint[2], HAZE[2]), opacity]
}

const scaled = ([red, green, blue]: Tint, factor: number): Tint => [
  Math.min(red * factor, 255),
  Math.min(green * factor, 255),
  Math.min(blue * factor, 255),
]
