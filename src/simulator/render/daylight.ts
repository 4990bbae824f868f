import { dotProduct, type Vector3 } from '#geometry'
import type { Colour } from '#image'
import type { Atmosphere } from '../atmosphere.ts'
import type { Tint } from '../things.ts'

/** A face's colour in the light there is; the normal is in the map frame and of length 1. `lampShare` is what a lamp adds. */
export const shaded = (
  tint: Tint,
  normalInMap: Vector3,
  { sun, ambient, sunlight }: Atmosphere,
  lampShare = 0,
): Tint => {
  const towards = Math.max(dotProduct(normalInMap, sun), 0)
  const channel = (index: 0 | 1 | 2) =>
    Math.min(tint[index] * (ambient[index] + sunlight[index] * towards + lampShare), 255)
  return [channel(0), channel(1), channel(2)]
}

/** A colour seen from a distance; m. */
export const hazed = (tint: Tint, distanceM: number, { haze, hazeM }: Atmosphere, opacity = 1): Colour => {
  const left = Math.exp(-distanceM / hazeM)
  const mix = (own: number, air: number) => air + (own - air) * left
  return [mix(tint[0], haze[0]), mix(tint[1], haze[1]), mix(tint[2], haze[2]), opacity]
}

/** A colour of level ground in the light there is. */
export const onGround = (tint: Tint, { onGround: share }: Atmosphere): Tint => [
  tint[0] * share[0],
  tint[1] * share[1],
  tint[2] * share[2],
]
