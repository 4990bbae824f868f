// The graphs, run by onnxruntime-node, against transformers' numbers.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { pythonOrSkip, ROOT, sharedOrSkip } from '../../test/oracles.ts'
import { type Bundle, EMBEDDING_FILE } from './bundle.ts'
import { compileCheckpoint } from './compile.ts'
import { type Changes, temporaryFolder, tinyCheckpoint } from './testing/checkpoints.ts'
import { type Arrays, distance, readArrays, runDecoder, runVision } from './testing/run-graphs.ts'

/** Of float32 sums in another order; features and logits are of the order of 1 to 20. */
const TOLERANCE = 1e-4

const VARIANTS: Readonly<Record<string, Changes>> = {
  'tied, nested': {},
  'untied, published, many shards, bfloat16 with a float32 tower': {
    text: { tiedEmbeddings: false, dtype: 'BF16' },
    layout: 'published',
    shardBytes: 30_000,
  },
  'float16, one key-value head, full attention only': {
    text: { kvHeads: 1, dtype: 'F16' },
    vision: { dtype: 'F16', fullAttentionBlocks: [0, 1, 2] },
  },
  'heads of 64, windows of four patches and no full attention': {
    text: {
      hiddenSize: 128,
      heads: 2,
      kvHeads: 2,
      mropeSection: [8, 12, 12],
      rmsNormEpsilon: 1e-5,
      ropeTheta: 640_000,
    },
    vision: { hiddenSize: 64, heads: 1, windowSize: 56, fullAttentionBlocks: [] },
  },
  'heads of 24, which onnxruntime does not take': {
    text: { hiddenSize: 96, heads: 4, kvHeads: 2, mropeSection: [2, 4, 6] },
    vision: { hiddenSize: 36, heads: 3 },
  },
  'heads of 12': { text: { hiddenSize: 72, heads: 6, kvHeads: 3, mropeSection: [1, 2, 3] } },
}

it('features and logits are those of transformers, whatever the shape and the layout', async (context) => {
  const python = pythonOrSkip(context)
  const folder = await temporaryFolder()
  const cases = await Promise.all(
    Object.entries(VARIANTS).map(async ([name, changes], i) => ({
      name,
      checkpoint: await tinyCheckpoint(changes),
      reference: join(folder, `${i}.safetensors`),
      bundle: join(folder, `${i}`),
    })),
  )
  // One process for all: importing torch takes longer than the work.
  const pairs = cases.flatMap(({ checkpoint, reference }) => [checkpoint, reference])
  await promisify(execFile)(python, [`${ROOT}src/compiler/testing/reference.py`, ...pairs])
  for (const { name, checkpoint, reference, bundle } of cases) {
    const manifest = await compileCheckpoint(checkpoint, bundle)
    const given = await readArrays(reference)
    for (const images of ['mixed', 'same'] as const) {
      const features = await runVision(bundle, manifest, images, given)
      expect(distance(features, given[`${images}.features`]!.values), `${name}: features, ${images}`).toBeLessThan(
        TOLERANCE,
      )
    }
    const logits = await runDecoder(bundle, manifest, given)
    const { values } = given.logits!
    const { vocabSize } = manifest.text
    for (const [step, row] of logits.entries()) {
      const expected = values.subarray(step * vocabSize, (step + 1) * vocabSize)
      expect(distance(row, expected), `${name}: logits, step ${step}`).toBeLessThan(TOLERANCE)
    }
  }
})

it('the golden checkpoint gives the first logits of its text-only case', async (context) => {
  const golden = sharedOrSkip(context, 'goldens/qwen2_5_vl-tiny')
  const folder = join(await temporaryFolder(), 'bundle')
  const bundle = await compileCheckpoint(join(golden, 'checkpoint'), folder)
  const { cases } = JSON.parse(await readFile(join(golden, 'cases.json'), 'utf8')) as {
    cases: { name: string; input_ids: number[]; greedy_ids: number[]; first_step_logits: number[] }[]
  }
  const { input_ids, greedy_ids, first_step_logits } = cases.find(({ name }) => name === 'text-only')!
  const given = await textOnly(folder, bundle, [...input_ids, ...greedy_ids.slice(0, 2)])
  const logits = await runDecoder(folder, bundle, given)
  expect(distance(logits[0]!, Float32Array.from(first_step_logits))).toBeLessThan(TOLERANCE)
  expect(logits.map((row) => row.indexOf(Math.max(...row)))).toEqual(greedy_ids.slice(0, 3))
})

/** Text turns by one position for t, h and w, so that MRoPE is plain rope. */
const textOnly = async (folder: string, { text }: Bundle, ids: readonly number[]): Promise<Arrays> => {
  const bytes = await readFile(join(folder, EMBEDDING_FILE))
  const embedding = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  const half = text.headDim / 2
  const angles = ids.flatMap((_, position) =>
    Array.from({ length: half }, (_, i) => position * text.ropeTheta ** (-i / half)),
  )
  const rows = ids.flatMap((id) => [...embedding.subarray(id * text.hiddenSize, (id + 1) * text.hiddenSize)])
  return {
    inputs_embeds: { values: Float32Array.from(rows), shape: [ids.length, text.hiddenSize] },
    text_cos: { values: Float32Array.from(angles, Math.cos), shape: [ids.length, half] },
    text_sin: { values: Float32Array.from(angles, Math.sin), shape: [ids.length, half] },
  }
}
