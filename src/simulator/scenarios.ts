import { z } from 'zod'
import { ATMOSPHERES, type AtmosphereName } from './atmosphere.ts'
import { distractedWorld } from './distracted-world.ts'
import { createChoices } from './families/choices.ts'
import { FAMILIES } from './families/index.ts'
import { networkWorld } from './network-world.ts'
import { townWorld } from './town/town-world.ts'
import { wanderingWorld } from './wandering-world.ts'
import type { World } from './world.ts'

/** What the ego's own driver is like: see distractedWorld and wanderingWorld. */
const DRIVERS = {
  attentive: (world: World): World => world,
  distracted: distractedWorld,
  wandering: wanderingWorld,
} as const

export type DriverName = keyof typeof DRIVERS

export const driverNames = Object.keys(DRIVERS) as [DriverName, ...DriverName[]]

/** Whether it lapses now and then; of such drives only the instants after count. */
export const lapses = (driver: DriverName | undefined): boolean => driver !== undefined && driver !== 'attentive'

/** A place to drive in, as data: a family, a number, and what the sky does. */
export interface Scenario {
  readonly family: string
  /** Another number is another place of the family, with other traffic. */
  readonly seed: number
  /** Absent: the seed chooses. */
  readonly weather?: AtmosphereName | undefined
  /** How its own driver drives; absent: attentively. */
  readonly driver?: DriverName | undefined
}

const names = Object.keys(ATMOSPHERES) as [AtmosphereName, ...AtmosphereName[]]

/** What `--scenario` and scenario files hold; unknown keys are refused. */
export const scenarioSchema = z.strictObject({
  family: z.enum(['town', ...FAMILIES.map(({ name }) => name)]).describe('a kind of place'),
  seed: z.number().int().nonnegative().default(1).describe('which of its kind'),
  weather: z.enum(names).optional().describe('absent: the seed chooses'),
  driver: z
    .enum(driverNames)
    .optional()
    .describe('distracted: looks away for 1.5 s now and then; wandering: leaves its lane and speed; absent: attentive'),
})

/** What there is to choose from: name, what it is, and whether it is kept from training. */
export const scenarioFamilies: readonly {
  readonly name: string
  readonly summary: string
  readonly heldOut: boolean
}[] = [
  { name: 'town', summary: 'the street of the examples: a red light, people, a bend', heldOut: true },
  ...FAMILIES.map(({ name, summary, heldOut }) => ({ name, summary, heldOut })),
]

/** How often each sky is seen: clear ones most. */
const SKIES: readonly AtmosphereName[] = [
  'clear',
  'clear',
  'clear',
  'overcast',
  'overcast',
  'rain',
  'fog',
  'dusk',
  'night',
  'rainy-night',
]

export const worldOf = ({ driver = 'attentive', ...scenario }: Scenario): World =>
  DRIVERS[driver](attentiveWorld(scenario))

const attentiveWorld = ({ family, seed, weather }: Omit<Scenario, 'driver'>): World => {
  if (family === 'town') return { ...townWorld(seed), ...(weather ? { atmosphere: ATMOSPHERES[weather] } : {}) }
  const found = FAMILIES.find(({ name }) => name === family)
  if (!found) throw new Error(`no family ${family}: scenarioSchema lets only known ones through`)
  return networkWorld(found, seed, ATMOSPHERES[weather ?? createChoices(seed, 'sky').pick(SKIES)])
}
