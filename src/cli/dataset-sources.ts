import { basename } from 'node:path'
import { OutriderError } from '#errors'
import { scenarioFamilies } from '#simulator'
import { flagError, wholeNumber } from './dataset-flags.ts'
import type { DatasetSource } from './dataset-work.ts'

interface SourceFlags {
  readonly scenarios?: string
  readonly seconds: string
  readonly heldOut?: boolean
  readonly distracted?: string
}

/** The drives that the flags name, in order. Throws OutriderError DATASET_FLAG, DATASET_HELD_OUT. */
export const datasetSources = (tapes: readonly string[], flags: SourceFlags): readonly DatasetSource[] => {
  const { scenarios, distracted } = flags
  const madeUp = scenarios !== undefined || distracted !== undefined
  if (tapes.length > 0 === madeUp) {
    throw flagError('tapes, or --scenarios and --distracted "family:first-last,..."', madeUp ? 'both' : 'neither')
  }
  const sources = [
    ...tapes.map((path) => ({ kind: 'tape', path }) as const),
    ...(scenarios === undefined ? [] : madeUpSources('--scenarios', scenarios, flags)),
    ...(distracted === undefined ? [] : madeUpSources('--distracted', distracted, flags)),
  ]
  const names = new Set<string>()
  for (const name of sources.map(partName)) {
    if (names.has(name)) throw flagError('each drive once, attentive or distracted', `${name} twice`)
    names.add(name)
  }
  return sources
}

const madeUpSources = (flag: string, list: string, flags: SourceFlags): readonly DatasetSource[] => {
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
      scenario: { family: name, seed: from + index, ...(flag === '--distracted' ? { distracted: true } : {}) },
      seconds,
    }))
  })
}

/** Of the part that a drive becomes. */
export const partName = (source: DatasetSource): string =>
  source.kind === 'scenario'
    ? `${source.scenario.family}-${source.scenario.seed}`
    : basename(source.path).replace(/\.mcap$/, '')
