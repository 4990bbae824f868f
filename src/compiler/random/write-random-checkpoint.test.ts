import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pythonOrSkip } from '../../../test/oracles.ts'
import { codedError, temporaryFolder, tinyCheckpoint, tinyShape } from '../testing/checkpoints.ts'
import { SHAPES } from './checkpoint-shape.ts'
import { configFiles } from './config-files.ts'
import { noiseStream } from './noise.ts'
import { randomTensors } from './tensor-list.ts'
import { bytesOf, cutShards, writeRandomCheckpoint } from './write-random-checkpoint.ts'

const weightsOf = async (folder: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(join(folder, 'model.safetensors')))
    .digest('hex')

it('the same seed gives the same bytes, another seed others', async () => {
  const first = await weightsOf(await tinyCheckpoint({}, 7n))
  expect(await weightsOf(await tinyCheckpoint({}, 7n))).toBe(first)
  expect(await weightsOf(await tinyCheckpoint({}, 8n))).not.toBe(first)
})

it('noise does not depend on the pieces that it is made in', () => {
  const stream = noiseStream(1n, 'a', 0, 1)
  const whole = new Float32Array(1000)
  stream.fill(whole, 0)
  fc.assert(
    fc.property(fc.nat(999), fc.nat(999), (a, b) => {
      const piece = new Float32Array(Math.abs(a - b))
      stream.fill(piece, Math.min(a, b))
      expect([...piece]).toEqual([...whole.subarray(Math.min(a, b), Math.max(a, b))])
    }),
  )
})

it('noise has the mean and the deviation asked for, no memory of the last value, and none of another tensor', () => {
  const n = 200_000
  const draw = (name: string): Float32Array => {
    const values = new Float32Array(n)
    noiseStream(3n, name, 2, 0.5).fill(values, 0)
    return values
  }
  const [a, b] = [draw('a'), draw('b')]
  const mean = a.reduce((sum, value) => sum + value, 0) / n
  const moment = (other: Float32Array, shift: number): number =>
    a.reduce((sum, value, i) => sum + (value - 2) * (other[(i + shift) % n]! - 2), 0) / n
  // Four standard errors of each estimate.
  expect(Math.abs(mean - 2)).toBeLessThan((4 * 0.5) / Math.sqrt(n))
  expect(Math.abs(Math.sqrt(moment(a, 0)) - 0.5)).toBeLessThan(0.003)
  for (const shift of [1, 2, 64]) expect(Math.abs(moment(a, shift))).toBeLessThan((4 * 0.25) / Math.sqrt(n))
  expect(Math.abs(moment(b, 0))).toBeLessThan((4 * 0.25) / Math.sqrt(n))
})

it.each([
  ['nano', [0.02]],
  ['0.5b', [1.08]],
  ['qwen2.5-vl-7b', [3.9, 3.86, 3.86, 3.86, 1.09]],
  // As the released files are listed; GB.
  ['mimo-embodied-7b', [4.95, 4.96, 4.96, 3.11]],
] as const)('%s has the size on disk of the model that it stands for', (name, gigabytes) => {
  const shards = cutShards(randomTensors(SHAPES[name]), SHAPES[name].shardBytes)
  const sizes = shards.map((shard) => shard.reduce((sum, tensor) => sum + bytesOf(tensor), 0) / 1e9)
  expect(sizes.map((size) => Number(size.toFixed(2)))).toEqual(gigabytes)
})

it('files appear under their name when they are whole, and never over others', async () => {
  const parent = await temporaryFolder()
  const folder = join(parent, 'checkpoint')
  const stop = new AbortController()
  const work = writeRandomCheckpoint(folder, tinyShape(), {
    seed: 1n,
    onProgress: () => stop.abort(new Error('stopped')),
    signal: stop.signal,
  })
  await expect(work).rejects.toThrow('stopped')
  expect(await readdir(parent)).toEqual([])
  await mkdir(folder)
  await writeFile(join(folder, 'mine.txt'), '')
  const error = await codedError(writeRandomCheckpoint(folder, tinyShape(), { seed: 1n }))
  expect(error?.code).toBe('CHECKPOINT_EXISTS')
})

const TEXTS = [
  'Plan the trajectory: {"speed": "keep", "poses": [[12.5, -0.25, 0.01]]}',
  "It's raining;\n\n  the café isn't open. 漢字 🚗",
  '<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>Go<|im_end|>\n',
]

const tokenizerOf = (vocabSize: number): Tokenizer => {
  const files = configFiles(tinyShape({ text: { vocabSize } }))
  const json = (name: string): object => JSON.parse(files.get(name)!)
  return new Tokenizer(json('tokenizer.json'), json('tokenizer_config.json'))
}

it.each([320, 2048, 151_680])('texts survive the tokenizer of a vocabulary of %i', (vocabSize) => {
  const tokenizer = tokenizerOf(vocabSize)
  for (const text of TEXTS) {
    const { ids } = tokenizer.encode(text)
    expect(Math.max(...ids)).toBeLessThan(vocabSize)
    expect(tokenizer.decode(ids)).toBe(text)
  }
})

it('common words are one token, each digit is one, and special tokens are where Qwen has them', () => {
  const tokenizer = tokenizerOf(151_936)
  expect(tokenizer.encode(' the pedestrian').ids).toHaveLength(2)
  expect(tokenizer.encode('12.75').tokens).toEqual(['1', '2', '.', '7', '5'])
  const special = '<|endoftext|><|im_end|><|vision_start|><|image_pad|><|video_pad|><|file_sep|>'
  expect(tokenizer.encode(special).ids).toEqual([151_643, 151_645, 151_652, 151_655, 151_656, 151_664])
})

const LOAD = `
import json, sys
from transformers import AutoProcessor, AutoTokenizer
texts = json.loads(sys.argv[1])
for folder in sys.argv[2:]:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    processor = AutoProcessor.from_pretrained(folder)
    chat = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Go"}]}]
    prompt = processor.apply_chat_template(chat, add_generation_prompt=True)
    print(json.dumps({"ids": [tokenizer(text).input_ids for text in texts], "prompt": prompt}))
`

it('transformers loads the tokenizer and the processor of either layout, and gets the same ids', async (context) => {
  const python = pythonOrSkip(context)
  const shapes = [
    { layout: 'published', vocabSize: 151_680 },
    { layout: 'nested', vocabSize: 2048 },
  ] as const
  const folders = await Promise.all(
    shapes.map(async ({ layout, vocabSize }) => {
      const folder = await temporaryFolder()
      const files = configFiles(tinyShape({ layout, text: { vocabSize } }))
      for (const [name, content] of files) await writeFile(join(folder, name), content)
      return folder
    }),
  )
  const { stdout } = await promisify(execFile)(python, ['-c', LOAD, JSON.stringify(TEXTS), ...folders])
  const loaded = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { ids: number[][]; prompt: string })
  expect(loaded).toHaveLength(shapes.length)
  for (const [i, { ids, prompt }] of loaded.entries()) {
    const tokenizer = tokenizerOf(shapes[i]!.vocabSize)
    expect(ids).toEqual(TEXTS.map((text) => tokenizer.encode(text).ids))
    expect(prompt).toBe(
      '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' +
        '<|im_start|>user\n<|vision_start|><|image_pad|><|vision_end|>Go<|im_end|>\n<|im_start|>assistant\n',
    )
  }
})
