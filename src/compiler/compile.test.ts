import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Bundle } from './bundle.ts'
import { compileCheckpoint } from './compile.ts'
import {
  codedError,
  editHeader,
  readSafetensors,
  safetensorsBytes,
  setJson,
  temporaryFolder,
  tinyCheckpoint,
} from './testing/checkpoints.ts'

const compiled = async (checkpoint: string): Promise<Bundle> =>
  compileCheckpoint(checkpoint, join(await temporaryFolder(), 'bundle'))

/** What does not depend on how the checkpoint lay on disk. */
const content = ({ source: _, files, ...rest }: Bundle): unknown => {
  const { 'tokenizer.json': tokenizer, ...others } = files
  return { ...rest, tokenizer, others }
}

it('every layout of the same checkpoint gives the same bundle, byte for byte', async () => {
  const untied = { text: { tiedEmbeddings: false } } as const
  const reference = content(await compiled(await tinyCheckpoint(untied)))
  for (const layout of ['published', 'nested'] as const) {
    for (const keys of ['published', 'nested'] as const) {
      for (const shardBytes of [5e9, 40_000]) {
        const checkpoint = await tinyCheckpoint({ ...untied, layout, keys, shardBytes })
        expect(content(await compiled(checkpoint)), `${layout} ${keys} ${shardBytes}`).toEqual(reference)
      }
    }
  }
})

it('the hashes are those of the files, and the source is all that was read', async () => {
  const checkpoint = await tinyCheckpoint({ shardBytes: 100_000 })
  const target = join(await temporaryFolder(), 'bundle')
  const { files, source } = await compileCheckpoint(checkpoint, target)
  const sha256 = async (path: string) =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex')
  for (const [name, { sha256: hash }] of Object.entries(files)) expect(await sha256(join(target, name))).toBe(hash)
  for (const [name, hash] of Object.entries(source.files)) expect(await sha256(join(checkpoint, name))).toBe(hash)
  expect((await readdir(target)).sort()).toEqual([...Object.keys(files), 'bundle.json'].sort())
  expect(Object.keys(source.files).sort()).toEqual((await readdir(checkpoint)).sort())
})

it('tied embeddings are one file, and the output layer reads it', async () => {
  const tied = await compiled(await tinyCheckpoint())
  const untied = await compiled(await tinyCheckpoint({ text: { tiedEmbeddings: false } }))
  const bytes = (bundle: Bundle): number => bundle.files['decoder.onnx.data']!.bytes
  expect(bytes(untied) - bytes(tied)).toBeGreaterThanOrEqual(320 * 64 * 4)
  expect(tied.text.tiedEmbeddings).toBe(true)
})

it.each([
  ['both and equal', (bytes: Buffer) => bytes, true],
  ['both and different', (bytes: Buffer) => Buffer.from(bytes.toReversed()), false],
])('config.json says tied and the checkpoint holds %s', async (_, change, tied) => {
  const checkpoint = await tinyCheckpoint()
  const path = join(checkpoint, 'model.safetensors')
  const { header, data } = await readSafetensors(path)
  const { data_offsets, ...entry } = header['model.embed_tokens.weight']!
  const head = change(data.subarray(...data_offsets))
  const added = { ...entry, data_offsets: [data.length, data.length + head.length] }
  await writeFile(path, safetensorsBytes({ ...header, 'lm_head.weight': added }, Buffer.concat([data, head])))
  expect((await compiled(checkpoint)).text.tiedEmbeddings).toBe(tied)
})

it('a tied checkpoint may hold the output layer instead of the embedding', async () => {
  const checkpoint = await tinyCheckpoint()
  const before = await compiled(checkpoint)
  await editHeader(checkpoint, ({ 'model.embed_tokens.weight': embedding, ...rest }) => ({
    ...rest,
    'lm_head.weight': embedding!,
  }))
  expect(content(await compiled(checkpoint))).toEqual(content(before))
})

it('an untied checkpoint without an output layer is refused', async () => {
  const checkpoint = await tinyCheckpoint()
  await setJson(checkpoint, 'config.json', 'tie_word_embeddings', false)
  await setJson(checkpoint, 'config.json', 'text_config.tie_word_embeddings', false)
  const error = await codedError(compiled(checkpoint))
  expect(error).toMatchObject({ code: 'TENSOR_MISSING', expected: expect.stringContaining('lm_head.weight') })
})

it.each([
  ['a missing layer', 'num_hidden_layers', 3, 'TENSOR_MISSING', 'layers.2.input_layernorm'],
  ['another vocabulary', 'vocab_size', 319, 'TENSOR_WRONG_SHAPE', '[319, 64]'],
  ['another MLP', 'intermediate_size', 97, 'TENSOR_WRONG_SHAPE', '[97, 64]'],
  ['other key-value heads', 'num_key_value_heads', 4, 'TENSOR_WRONG_SHAPE', '[64, 64]'],
])('%s than config.json says is found before anything is written', async (_, field, value, code, expected) => {
  const checkpoint = await tinyCheckpoint({ layout: 'published' })
  await setJson(checkpoint, 'config.json', field, value)
  const parent = await temporaryFolder()
  const progress: number[] = []
  const onProgress = (done: number): number => progress.push(done)
  const error = await codedError(compileCheckpoint(checkpoint, join(parent, 'bundle'), { onProgress }))
  expect(error).toMatchObject({ code, expected: expect.stringContaining(expected) })
  expect(await readdir(parent)).toEqual([])
  expect(progress).toEqual([])
})

it('something else than a folder is refused', async () => {
  const parent = await temporaryFolder()
  await writeFile(join(parent, 'file'), '')
  for (const [name, found] of [
    ['file', 'a file'],
    ['none', 'nothing'],
  ] as const) {
    const error = await codedError(compiled(join(parent, name)))
    expect(error).toMatchObject({ code: 'CHECKPOINT_NOT_A_FOLDER', found })
  }
})

it('a stopped compile leaves nothing, and the bundle that was there stays', async () => {
  const checkpoint = await tinyCheckpoint()
  const parent = await temporaryFolder()
  const target = join(parent, 'bundle')
  await compileCheckpoint(checkpoint, target)
  const before = await readFile(join(target, 'bundle.json'), 'utf8')
  const seen: number[] = []
  for (const share of [0, 0.5, 0.9]) {
    const stop = new AbortController()
    const onProgress = (done: number, total: number): void => {
      seen.push(done)
      if (done >= share * total) stop.abort(new Error('stopped'))
    }
    const work = compileCheckpoint(checkpoint, target, { force: true, onProgress, signal: stop.signal })
    await expect(work, `at ${share}`).rejects.toThrow('stopped')
    expect(await readdir(parent)).toEqual(['bundle'])
    expect(await readFile(join(target, 'bundle.json'), 'utf8')).toBe(before)
  }
  expect(seen.length).toBeGreaterThan(3)
})

it('progress ends at its total', async () => {
  const seen: (readonly [number, number])[] = []
  const options = { onProgress: (done: number, total: number) => void seen.push([done, total]) }
  const target = join(await temporaryFolder(), 'bundle')
  await compileCheckpoint(await tinyCheckpoint(), target, options)
  const [done, total] = seen.at(-1)!
  expect(done).toBe(total)
  expect(seen.map(([bytes]) => bytes)).toEqual(seen.map(([bytes]) => bytes).sort((a, b) => a - b))
})

it('a bundle is replaced only when that is asked for, and anything else never', async () => {
  const checkpoint = await tinyCheckpoint()
  const parent = await temporaryFolder()
  const target = join(parent, 'bundle')
  await mkdir(target)
  await compileCheckpoint(checkpoint, target)
  expect((await codedError(compileCheckpoint(checkpoint, target)))?.code).toBe('BUNDLE_EXISTS')
  const again = await compileCheckpoint(await tinyCheckpoint({}, 2n), target, { force: true })
  expect(JSON.parse(await readFile(join(target, 'bundle.json'), 'utf8'))).toEqual(again)
  expect(await readdir(parent)).toEqual(['bundle'])
  await rm(join(target, 'bundle.json'))
  const error = await codedError(compileCheckpoint(checkpoint, target, { force: true }))
  expect(error?.code).toBe('BUNDLE_NOT_REPLACED')
})
