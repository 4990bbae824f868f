// Checkpoints for tests: written by our own writer, then changed into what a test is about.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { OutriderError } from '#errors'
import { type CheckpointShape, SHAPES } from '../random/checkpoint-shape.ts'
import { writeRandomCheckpoint } from '../random/write-random-checkpoint.ts'

/** What a test changes of the tiny shape. */
export interface Changes extends Partial<Omit<CheckpointShape, 'text' | 'vision'>> {
  readonly text?: Partial<CheckpointShape['text']>
  readonly vision?: Partial<CheckpointShape['vision']>
}

/** A model of about 100 k parameters with every part that a large one has. */
export const tinyShape = ({ text, vision, ...rest }: Changes = {}): CheckpointShape => ({
  ...SHAPES.nano,
  ...rest,
  text: {
    ...SHAPES.nano.text,
    hiddenSize: 64,
    intermediateSize: 96,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    vocabSize: 320,
    mropeSection: [2, 3, 3],
    ...text,
  },
  vision: {
    ...SHAPES.nano.vision,
    hiddenSize: 32,
    intermediateSize: 48,
    depth: 3,
    heads: 2,
    fullAttentionBlocks: [1],
    ...vision,
  },
})

/** A folder that goes away with the test. */
export const temporaryFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'outrider-compiler-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Writes a tiny checkpoint; its folder. */
export const tinyCheckpoint = async (changes?: Changes, seed = 1n): Promise<string> => {
  const folder = join(await temporaryFolder(), 'checkpoint')
  await writeRandomCheckpoint(folder, tinyShape(changes), { seed })
  return folder
}

/** Rewrites a JSON file of a checkpoint. */
export const editJson = async (
  folder: string,
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: files of other programs, to be broken on purpose
  edit: (value: any) => unknown,
): Promise<void> => {
  const value: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'))
  await writeFile(join(folder, name), JSON.stringify(edit(value) ?? value))
}

/** Sets a field of a JSON file, named as in `text_config.layer_types.1`; undefined takes it away. */
export const setJson = (folder: string, name: string, field: string, value: unknown): Promise<void> =>
  editJson(folder, name, (root) => {
    const path = field.split('.')
    let holder = root
    for (const step of path.slice(0, -1)) holder = holder[step]
    holder[path.at(-1)!] = value
  })

/** Header and data of a safetensors file, to be put together again by `writeSafetensors`. */
export const readSafetensors = async (path: string): Promise<{ header: Record<string, Entry>; data: Buffer }> => {
  const bytes = await readFile(path)
  const end = 8 + Number(bytes.readBigUInt64LE())
  return { header: JSON.parse(bytes.subarray(8, end).toString()), data: bytes.subarray(end) }
}

export interface Entry {
  dtype: string
  shape: number[]
  data_offsets: [number, number]
}

export const safetensorsBytes = (header: object, data: Uint8Array): Buffer => {
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, data])
}

/** Rewrites the header of the checkpoint's single file of weights. */
export const editHeader = async (
  folder: string,
  edit: (header: Record<string, Entry>) => Record<string, Entry>,
): Promise<void> => {
  const path = join(folder, 'model.safetensors')
  const { header, data } = await readSafetensors(path)
  await writeFile(path, safetensorsBytes(edit(header), data))
}

/** The coded error that the work ends with; undefined when it ends well. Any other error is thrown. */
export const codedError = async (work: Promise<unknown>): Promise<OutriderError | undefined> => {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof OutriderError) return error
    throw error
  }
}
