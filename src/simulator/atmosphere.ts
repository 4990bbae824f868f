import type { Vector3 } from '#geometry'
import type { Tint } from './things.ts'

/** The air and what shines in it. */
export interface Atmosphere {
  readonly weather: 'clear' | 'overcast' | 'rain' | 'fog'
  readonly light: 'day' | 'dusk' | 'night'
  /** Where the sun is, from anywhere in the map frame; of length 1. */
  readonly sun: Vector3
  /** Share of a colour that the sky alone shows, and what the sun adds to a face that looks at it; red, green, blue. */
  readonly ambient: Tint
  readonly sunlight: Tint
  /** Share of a colour that the level ground shows. */
  readonly onGround: Tint
  /** The air at the horizon, and the sky at 35 degrees up. */
  readonly haze: Tint
  readonly zenith: Tint
  /** At this distance haze has taken 63 % of a colour; m. */
  readonly hazeM: number
  /** Street lamps and headlights. */
  readonly lampsAreOn: boolean
  /** Streaks of rain in a picture; 0 for none. */
  readonly streaks: number
}

const grey = (share: number): Tint => [share, share, share]

/** A late morning, the sun behind and to the left of who drives along +x; haze shortened so that the end of a street fades. */
const CLEAR_DAY: Atmosphere = {
  weather: 'clear',
  light: 'day',
  sun: { x: -0.37, y: 0.56, z: 0.74 },
  ambient: grey(0.66),
  sunlight: grey(0.42),
  onGround: grey(1),
  haze: [206, 218, 228],
  zenith: [86, 140, 206],
  hazeM: 260,
  lampsAreOn: false,
  streaks: 0,
}

const OVERCAST: Atmosphere = {
  ...CLEAR_DAY,
  weather: 'overcast',
  ambient: [0.8, 0.81, 0.84],
  sunlight: grey(0.08),
  onGround: [0.86, 0.87, 0.89],
  haze: [196, 201, 206],
  zenith: [150, 158, 168],
  hazeM: 210,
}

const RAIN: Atmosphere = {
  ...OVERCAST,
  weather: 'rain',
  ambient: [0.62, 0.64, 0.68],
  sunlight: grey(0.04),
  onGround: [0.62, 0.64, 0.68],
  haze: [158, 166, 174],
  zenith: [112, 120, 130],
  hazeM: 130,
  streaks: 130,
}

const FOG: Atmosphere = {
  ...OVERCAST,
  weather: 'fog',
  sunlight: grey(0.02),
  haze: [198, 202, 204],
  zenith: [186, 191, 195],
  hazeM: 48,
}

const DUSK: Atmosphere = {
  ...CLEAR_DAY,
  light: 'dusk',
  sun: { x: 0.93, y: 0.3, z: 0.21 },
  ambient: [0.44, 0.42, 0.5],
  sunlight: [0.42, 0.26, 0.12],
  onGround: [0.5, 0.47, 0.52],
  haze: [226, 164, 122],
  zenith: [66, 84, 140],
  hazeM: 280,
  lampsAreOn: true,
}

const NIGHT: Atmosphere = {
  ...CLEAR_DAY,
  light: 'night',
  ambient: [0.17, 0.18, 0.25],
  sunlight: grey(0.02),
  onGround: [0.2, 0.21, 0.27],
  haze: [26, 31, 48],
  zenith: [8, 11, 24],
  hazeM: 170,
  lampsAreOn: true,
}

const RAINY_NIGHT: Atmosphere = { ...NIGHT, weather: 'rain', hazeM: 90, streaks: 90, haze: [34, 38, 50] }

export const ATMOSPHERES = {
  clear: CLEAR_DAY,
  overcast: OVERCAST,
  rain: RAIN,
  fog: FOG,
  dusk: DUSK,
  night: NIGHT,
  'rainy-night': RAINY_NIGHT,
} as const satisfies Readonly<Record<string, Atmosphere>>

export type AtmosphereName = keyof typeof ATMOSPHERES
