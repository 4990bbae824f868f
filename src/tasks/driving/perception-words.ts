import {
  Perception_Kind as Kind,
  Perception_Light as Light,
  Perception_LightState as LightState,
  Perception_Motion as Motion,
  Perception_Occlusion as Occlusion,
  Perception_Relevance as Relevance,
  Perception_Road as Road,
  Perception_Weather as Weather,
} from '#messages'
import { asWord } from '../answer-word.ts'

export const KINDS = {
  car: Kind.CAR,
  truck: Kind.TRUCK,
  bus: Kind.BUS,
  trailer: Kind.TRAILER,
  motorcycle: Kind.MOTORCYCLE,
  bicycle: Kind.BICYCLE,
  pedestrian: Kind.PEDESTRIAN,
  animal: Kind.ANIMAL,
  cone: Kind.CONE,
  barrier: Kind.BARRIER,
  other: Kind.OTHER,
} as const
export const MOTIONS = {
  parked: Motion.PARKED,
  stopped: Motion.STOPPED,
  same_direction: Motion.SAME_DIRECTION,
  oncoming: Motion.ONCOMING,
  crossing: Motion.CROSSING,
  unknown: Motion.UNSPECIFIED,
} as const
export const OCCLUSIONS = {
  none: Occlusion.NONE,
  partly: Occlusion.PARTLY,
  mostly: Occlusion.MOSTLY,
  unknown: Occlusion.UNSPECIFIED,
} as const
export const LIGHT_STATES = {
  red: LightState.RED,
  red_yellow: LightState.RED_YELLOW,
  yellow: LightState.YELLOW,
  green: LightState.GREEN,
  flashing: LightState.FLASHING,
  off: LightState.OFF,
  unknown: LightState.UNSPECIFIED,
} as const
export const RELEVANCES = { ego: Relevance.EGO, others: Relevance.OTHERS, unknown: Relevance.UNSPECIFIED } as const
export const ROADS = {
  street: Road.STREET,
  intersection: Road.INTERSECTION,
  roundabout: Road.ROUNDABOUT,
  country: Road.COUNTRY,
  highway: Road.HIGHWAY,
  parking: Road.PARKING,
  construction: Road.CONSTRUCTION,
  unknown: Road.UNSPECIFIED,
} as const
export const WEATHERS = {
  clear: Weather.CLEAR,
  cloudy: Weather.CLOUDY,
  rain: Weather.RAIN,
  snow: Weather.SNOW,
  fog: Weather.FOG,
  unknown: Weather.UNSPECIFIED,
} as const
export const LIGHTS = {
  day: Light.DAY,
  twilight: Light.TWILIGHT,
  night: Light.NIGHT,
  tunnel: Light.TUNNEL,
  glare: Light.GLARE,
  unknown: Light.UNSPECIFIED,
} as const

/** What free labels call the same things. */
const KIND_OF_WORD: Readonly<Record<string, Kind>> = {
  ...KINDS,
  sedan: Kind.CAR,
  suv: Kind.CAR,
  taxi: Kind.CAR,
  van: Kind.CAR,
  vehicle: Kind.CAR,
  pickup: Kind.TRUCK,
  lorry: Kind.TRUCK,
  coach: Kind.BUS,
  motorbike: Kind.MOTORCYCLE,
  scooter: Kind.MOTORCYCLE,
  motorcyclist: Kind.MOTORCYCLE,
  bike: Kind.BICYCLE,
  cyclist: Kind.BICYCLE,
  person: Kind.PEDESTRIAN,
  people: Kind.PEDESTRIAN,
  man: Kind.PEDESTRIAN,
  woman: Kind.PEDESTRIAN,
  child: Kind.PEDESTRIAN,
  worker: Kind.PEDESTRIAN,
  dog: Kind.ANIMAL,
  bollard: Kind.BARRIER,
}

const wordsIn = (label: string): readonly string[] => asWord(label).split(/[^a-z]+/)
const singular = (word: string): string => (word.endsWith('ses') ? word.slice(0, -2) : word.replace(/s$/, ''))

/** Of a label in free words: of the first that names a kind, as English puts the thing before what tells it apart. */
export const kindOf = (label: string): Kind => {
  for (const word of wordsIn(label)) {
    const name = [word, singular(word)].find((candidate) => Object.hasOwn(KIND_OF_WORD, candidate))
    if (name !== undefined) return KIND_OF_WORD[name]!
  }
  return label.trim() === '' ? Kind.UNSPECIFIED : Kind.OTHER
}

/** What a free label is about: MiMo-Embodied lists lights and signs among the objects. */
export const listOfLabel = (label: string): 'objects' | 'traffic_lights' | 'signs' => {
  if (/\b(traffic|stop)[\s_-]*lights?\b|\btraffic[\s_-]*signals?\b/i.test(label)) return 'traffic_lights'
  return /\bsigns?\b/i.test(label) ? 'signs' : 'objects'
}

/** The state that a free label tells, in our word. */
export const stateWordIn = (label: string): string =>
  wordsIn(label).find((word) => Object.hasOwn(LIGHT_STATES, word)) ?? 'unknown'
