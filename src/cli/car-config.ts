import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { OutriderError } from '#errors'
import { pipelineConfig } from '#pipeline'
import { explainIssues } from './explain-issues.ts'

const rooms = pipelineConfig.omit({ rig: true }).shape

/** The file that `drive --config` takes. Paths are relative to the file; flags override. */
export const carConfig = z.strictObject({
  rig: z.string().describe('rig file, YAML'),
  bundle: z.string().describe('compiled model, a folder'),
  sensors: z.string().describe('ZeroMQ address that drivers connect to, as in ipc://car.sock or tcp://127.0.0.1:5555'),
  publish: z.string().optional().describe('ZeroMQ address that verdicts, plans and faults are published on'),
  out: z.string().optional().describe('the tape, an .mcap file'),
  forMs: z.number().positive().optional().describe('how long, from the first sensor message; ms'),
  model: z
    .strictObject({
      threads: z.int().min(1).max(64).default(2).describe('of the model process'),
      featureCacheBytes: z
        .int()
        .nonnegative()
        .default(256 * 2 ** 20)
        .describe(
          'of image features that the model process keeps for questions to come: a view of 644x364 has 4.9 MB at a hidden size of 4096; bytes',
        ),
    })
    .prefault({}),
  ...rooms,
})

export type CarConfig = z.infer<typeof carConfig>

/** Reads a car file if one is named, lays the flags over it, fills in defaults. Throws OutriderError CONFIG_INVALID. */
export const readCarConfig = (path: string | undefined, flags: Readonly<Record<string, unknown>>): CarConfig => {
  const fromFile = path === undefined ? {} : readYaml(path)
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))
  const parsed = carConfig.safeParse(overlaid(fromFile, given))
  if (parsed.success) return parsed.data
  throw new OutriderError({
    code: 'CONFIG_INVALID',
    expected: 'a car configuration (outrider drive --help lists the flags, docs/configuration.md the keys)',
    found: explainIssues(parsed.error, path ?? 'the flags'),
  })
}

/** Flags over the file; of a room's settings only those that a flag names. */
const overlaid = (file: Record<string, unknown>, flags: Record<string, unknown>): Record<string, unknown> => ({
  ...file,
  ...Object.fromEntries(
    Object.entries(flags).map(([key, value]) => {
      const under = file[key]
      return [key, isMapping(value) && isMapping(under) ? { ...under, ...value } : value]
    }),
  ),
})

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const readYaml = (path: string): Record<string, unknown> => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new OutriderError({
      code: 'CONFIG_UNREADABLE',
      expected: `a readable file ${path}`,
      found: String(cause),
      cause,
    })
  }
  let value: unknown
  try {
    value = parse(text)
  } catch (cause) {
    throw new OutriderError({ code: 'CONFIG_INVALID', expected: `YAML in ${path}`, found: String(cause), cause })
  }
  if (!isMapping(value)) {
    throw new OutriderError({ code: 'CONFIG_INVALID', expected: `a mapping in ${path}`, found: JSON.stringify(value) })
  }
  const folder = dirname(path)
  const entries = Object.entries(value).map(([key, entry]) => {
    const isPath = (key === 'rig' || key === 'bundle' || key === 'out') && typeof entry === 'string'
    return [key, isPath ? resolve(folder, entry) : entry]
  })
  return Object.fromEntries(entries)
}
