import { truncate, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { codedError, editHeader, editJson, temporaryFolder, tinyCheckpoint } from './testing/checkpoints.ts'
import { openWeights, type Weights } from './weights.ts'

const EMBEDDING = 'model.language_model.embed_tokens.weight'
const SHARDED = { shardBytes: 60_000 } as const

const valuesOf = async (weights: Weights, name: string, shape: readonly number[]): Promise<number[]> => {
  const values: number[] = []
  for await (const slice of weights.slices(weights.require(name, shape))) values.push(...slice)
  return values
}

it('the same values come from one file and from many', async () => {
  const one = await openWeights(await tinyCheckpoint())
  const many = await openWeights(await tinyCheckpoint(SHARDED))
  expect(one.files).toEqual(['model.safetensors'])
  expect(many.files.length).toBeGreaterThan(5)
  const shape = [320, 64]
  expect(await valuesOf(many, EMBEDDING, shape)).toEqual(await valuesOf(one, EMBEDDING, shape))
  await Promise.all([one.close(), many.close()])
})

it.each([
  ['as transformers 5 keeps them', 'model.language_model.', 'model.visual.', 'lm_head.'],
  ['as published', 'model.', 'visual.', 'lm_head.'],
  ['as transformers 4.50 wrote them', 'language_model.model.', 'visual.', 'language_model.lm_head.'],
  ['as saved from inside the model', 'model.language_model.', 'visual.', 'lm_head.'],
])('tensors are found under their names %s', async (_, text, vision, head) => {
  const folder = await tinyCheckpoint({ keys: 'nested', text: { tiedEmbeddings: false } })
  await editHeader(folder, (header) =>
    Object.fromEntries(
      Object.entries(header).map(([name, entry]) => [
        name
          .replace(/^model\.language_model\./, text)
          .replace(/^model\.visual\./, vision)
          .replace(/^lm_head\./, head),
        entry,
      ]),
    ),
  )
  const weights = await openWeights(folder)
  expect(weights.require(EMBEDDING, [320, 64]).name).toBe(`${text}embed_tokens.weight`)
  expect(weights.require('model.visual.merger.mlp.2.bias', [64]).name).toBe(`${vision}merger.mlp.2.bias`)
  expect(weights.require('lm_head.weight', [320, 64]).name).toBe(`${head}weight`)
  await weights.close()
})

it('a missing shard is named', async () => {
  const folder = await tinyCheckpoint(SHARDED)
  const { files } = await openWeights(folder)
  await unlink(join(folder, files[1]!))
  expect(await codedError(openWeights(folder))).toMatchObject({
    code: 'CHECKPOINT_MISSING_SHARD',
    expected: expect.stringContaining(files[1]!),
  })
})

it('a truncated shard is found before anything is written', async () => {
  const folder = await tinyCheckpoint(SHARDED)
  const { files } = await openWeights(folder)
  await truncate(join(folder, files[2]!), 30_000)
  const error = await codedError(openWeights(folder))
  expect(error).toMatchObject({ code: 'SAFETENSORS_DAMAGED', found: 'a file of 30000 bytes (truncated)' })
  expect(error?.expected).toContain(files[2])
})

it('a tensor that the index promises and the shard lacks is named', async () => {
  const folder = await tinyCheckpoint(SHARDED)
  await editJson(folder, 'model.safetensors.index.json', ({ weight_map }) => {
    weight_map['model.extra.weight'] = Object.values(weight_map)[0]
  })
  const error = await codedError(openWeights(folder))
  expect(error).toMatchObject({ code: 'TENSOR_MISSING', expected: expect.stringContaining('model.extra.weight') })
})

it('an index that leads out of the folder is refused', async () => {
  const folder = await tinyCheckpoint(SHARDED)
  await editJson(folder, 'model.safetensors.index.json', () => ({ weight_map: { a: '../a.safetensors' } }))
  expect((await codedError(openWeights(folder)))?.code).toBe('CHECKPOINT_BAD_INDEX')
})

it('a folder without weights says what it has', async () => {
  const error = await codedError(openWeights(await temporaryFolder()))
  expect(error).toMatchObject({ code: 'CHECKPOINT_NO_WEIGHTS', found: 'neither' })
})

it('a tensor that is not there, or has another shape or dtype, is refused with both sides', async () => {
  const folder = await tinyCheckpoint()
  await editHeader(folder, (header) => ({
    ...header,
    'model.norm.weight': { ...header['model.norm.weight']!, dtype: 'I32' },
  }))
  const weights = await openWeights(folder)
  const refusal = (name: string, shape: number[]) => codedError((async () => weights.require(name, shape))())
  expect(await refusal('lm_head.weight', [320, 64])).toMatchObject({
    code: 'TENSOR_MISSING',
    expected: expect.stringContaining('[320, 64]'),
  })
  expect(await refusal(EMBEDDING, [321, 64])).toMatchObject({
    code: 'TENSOR_WRONG_SHAPE',
    expected: expect.stringContaining('[321, 64]'),
    found: '[320, 64]',
  })
  expect(await refusal('model.language_model.norm.weight', [64])).toMatchObject({
    code: 'TENSOR_WRONG_DTYPE',
    found: 'I32',
  })
  await weights.close()
})
