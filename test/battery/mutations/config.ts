import { decode, encode, RunConfigSchema } from '#messages'
import type { Random } from '../random.ts'
import { edit, type Mutation, type Mutations } from './mutation.ts'

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** Paths to the numbers in a JSON value. */
function* numbersIn(value: Json, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value === 'number') yield path
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) yield* numbersIn(member, [...path, name])
  }
}

const withNumber = (value: Json, [name, ...rest]: readonly string[], change: (number: number) => number): Json => {
  if (name === undefined) return change(value as number)
  const member = withNumber((value as { [name: string]: Json })[name]!, rest, change)
  if (Array.isArray(value)) return value.map((entry, index) => (index === Number(name) ? member : entry))
  return { ...(value as { [name: string]: Json }), [name]: member }
}

/** One number under a room's name, a little larger. */
const oneNumber = (isRoom: (name: string) => boolean): Mutation =>
  edit(
    ({ topic }) => topic === '/pipeline/config',
    (record, random: Random) => {
      const config = decode(RunConfigSchema, record.payload)
      const value: Json = JSON.parse(config.configJson)
      const path = random.pick([...numbersIn(value)].filter(([room]) => isRoom(room ?? '')))
      const changed = withNumber(value, path, (number) => (Number.isInteger(number) ? number + 1 : number * 1.0001))
      return { ...record, payload: encode(RunConfigSchema, { ...config, configJson: JSON.stringify(changed) }) }
    },
  )

/** Edits of the tape's first record. */
export const CONFIG_MUTATIONS: Mutations = {
  'a number of the calibration changed': oneNumber((room) => room === 'rig'),
  'a number of the configuration changed': oneNumber((room) => room !== 'rig'),
  'a version that it was driven with changed': edit(
    ({ topic }) => topic === '/pipeline/config',
    (record) => {
      const config = decode(RunConfigSchema, record.payload)
      const { configJson, hashes } = config
      const versions = [...config.versions, { name: 'outrider', value: '9.9.9' }]
      return { ...record, payload: encode(RunConfigSchema, { configJson, hashes, versions }) }
    },
  ),
}
