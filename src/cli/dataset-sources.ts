import { basename } from 'node:path'
import { OutriderError } from '#errors'
import { type DriverName, scenarioFamilies } from '#simulator'
import { flagError, wholeNumber } from './dataset-flags.ts'
import type { DatasetSource } from './dataset-work.ts'

interface SourceFlags {
  readonly scenarios?: string
  readonly seconds: string
  readonly heldOut?: boolean
  readonly distracted?: string
  readonly wandering?: string
}

/** The drives that the flags name, in order. Throws OutriderError DATASET_FLAG, DATASET_HELD_OUT. */
export const datasetSources = (tapes: readonly string[], flags: SourceFlags): readonly DatasetSource[] => {
  const lists = LIST_FLAGS.flatMap(([flag, key, driver]) => {
    const list = flags[key]
    return list === undefined ? [] : [{ flag, list, driver }]
  })
  const madeUp = lists.length > 0
  if (tapes.length > 0 === madeUp) {
    throw flagError(
      'tapes, or --scenarios, --distracted and --wandering "family:first-last,..."',
      madeUp ? 'both' : 'neither',
    )
  }
  const sources = [
    ...tapes.map((path) => ({ kind: 'tape', path }) as const),
    ...lists.flatMap((list) => madeUpSources(list, flags)),
  ]
  const names = new Set<string>()
  for (const name of sources.map(partName)) {
    if (names.has(name)) throw flagError('each drive once, with one driver', `${name} twice`)
    names.add(name)
  }
  return sources
}

const LIST_FLAGS = [
  ['--scenarios', 'scenarios', 'attentive'],
  ['--distracted', 'distracted', 'distracted'],
  ['--wandering', 'wandering', 'wandering'],
] as const

interface ListFlag {
  readonly flag: string
  readonly list: string
  readonly driver: DriverName
}

const madeUpSources = ({ flag, list, driver }: ListFlag, flags: SourceFlags): readonly DatasetSource[] => {
  const seconds = wholeNumber(flags.seconds, '--seconds')
  return list.split(',').flatMap((text): readonly DatasetSource[] => {
    const match = /^\s*([a-z-]+):(\d+)(?:-(\d+))?\s*$/.exec(text)
    if (!match) throw flagError(`${flag} as "family:first-last,..."`, JSON.stringify(text))
    const [, name = '', first, last = first] = match
    const family = scenarioFamilies.find((each) => each.name === name)
    if (!family) throw flagError(`a family of outrider simulate --list`, name)
    if (family.heldOut && !flags.heldOut) {
      throw new OutriderError({
        code: 'DATASET_HELD_OUT',
        expected: 'families that may be trained on',
        found: `${name}, which is kept for tests`,
        next: 'leave it out, or give --held-out where nothing is trained on the result',
      })
    }
    const [from, to] = [Number(first), Number(last)]
    if (to < from) throw flagError('seeds from the lesser to the greater', text)
    return Array.from({ length: to - from + 1 }, (_, index) => ({
      kind: 'scenario',
      scenario: { family: name, seed: from + index, driver },
      seconds,
    }))
  })
}

/** Of the part that a drive becomes. */
export const partName = (source: DatasetSource): string =>
  source.kind === 'scenario'
    ? `${source.scenario.family}-${source.scenario.seed}`
    : basename(source.path).replace(/\.mcap$/, '')
