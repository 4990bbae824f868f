import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readModelConfig } from './model-config.ts'
import { codedError, editJson, setJson, tinyCheckpoint } from './testing/checkpoints.ts'

it('the published flat layout and the nested one of transformers 5 say the same', async () => {
  const published = await readModelConfig(await tinyCheckpoint({ layout: 'published' }))
  const nested = await readModelConfig(await tinyCheckpoint({ layout: 'nested' }))
  expect(published).toEqual(nested)
  expect(nested.text).toMatchObject({ heads: 4, kvHeads: 2, headDim: 16, mropeSection: [2, 3, 3], ropeTheta: 100 })
  expect(nested.vision).toMatchObject({ headDim: 16, fullAttentionBlocks: [1], inChannels: 3, ropeTheta: 1e4 })
})

it.each([
  ['at the root', { root: true }, true],
  ['in text_config only, as transformers 4 saved it', { text: true }, true],
  ['nowhere', {}, false],
])(
  'embeddings are tied when config.json says so %s',
  async (_, { root, text }: { root?: boolean; text?: boolean }, tied) => {
    const folder = await tinyCheckpoint()
    await editJson(folder, 'config.json', (config) => {
      config.tie_word_embeddings = root
      config.text_config.tie_word_embeddings = text
    })
    expect((await readModelConfig(folder)).tiedEmbeddings).toBe(tied)
  },
)

it('fields that a saved config leaves out have the defaults of transformers', async () => {
  const folder = await tinyCheckpoint({ layout: 'published', text: { hiddenSize: 512, mropeSection: [16, 24, 24] } })
  await editJson(folder, 'config.json', (config) => {
    for (const name of ['rope_scaling', 'rope_theta', 'rms_norm_eps', 'num_key_value_heads', 'image_token_id']) {
      delete config[name]
    }
    delete config.vision_config.in_chans
    delete config.vision_config.tokens_per_second
  })
  const { text, vision, tokens } = await readModelConfig(folder)
  expect(text).toMatchObject({ mropeSection: [16, 24, 24], ropeTheta: 1e6, rmsNormEpsilon: 1e-5, kvHeads: 4 })
  expect(vision).toMatchObject({ inChannels: 3, tokensPerSecond: 4 })
  expect(tokens.imageTokenId).toBe(151_655)
})

const SLIDING = { use_sliding_window: true, sliding_window: 128, max_window_layers: 1 }

const REFUSED: readonly (readonly [what: string, code: string, found: string, field: string, value: unknown])[] = [
  ['another architecture', 'UNKNOWN_ARCHITECTURE', '"llava"', 'model_type', 'llava'],
  ['no architecture', 'UNKNOWN_ARCHITECTURE', 'no model_type', 'model_type', undefined],
  ['a missing size', 'CONFIG_INVALID', 'hidden_size', 'hidden_size', undefined],
  ['a size that is no number', 'CONFIG_INVALID', 'vocab_size', 'vocab_size', '320'],
  ['quantised weights', 'CONFIG_UNSUPPORTED', 'quantization_config', 'quantization_config', { bits: 4 }],
  ['a sliding layer', 'CONFIG_UNSUPPORTED', '1 layers of', 'layer_types', ['full_attention', 'sliding_attention']],
  ['another rope', 'CONFIG_UNSUPPORTED', '"yarn"', 'rope_scaling.rope_type', 'yarn'],
  ['another rope by its older name', 'CONFIG_UNSUPPORTED', '"dynamic"', 'rope_scaling.type', 'dynamic'],
  ['sections that leave some of the head', 'CONFIG_UNSUPPORTED', '[2, 2, 3]', 'rope_scaling.mrope_section', [2, 2, 3]],
  ['a head size of its own', 'CONFIG_UNSUPPORTED', '32', 'head_dim', 32],
  ['heads that do not divide', 'CONFIG_UNSUPPORTED', '4 heads', 'num_key_value_heads', 3],
  ['a width that heads do not divide', 'CONFIG_UNSUPPORTED', 'hidden_size 64', 'num_attention_heads', 5],
  ['another activation', 'CONFIG_UNSUPPORTED', '"gelu"', 'hidden_act', 'gelu'],
  ['another activation in the tower', 'CONFIG_UNSUPPORTED', '"gelu"', 'vision_config.hidden_act', 'gelu'],
  ['a tower of another width', 'CONFIG_UNSUPPORTED', '72', 'vision_config.out_hidden_size', 72],
  ['heads of the tower that cannot turn', 'CONFIG_UNSUPPORTED', '32', 'vision_config.num_heads', 16],
  ['a window of less than a token', 'CONFIG_UNSUPPORTED', 'window_size 14', 'vision_config.window_size', 14],
  ['patches that are not square', 'CONFIG_UNSUPPORTED', '14,28', 'vision_config.patch_size', [14, 28]],
  ['another rope in the tower', 'CONFIG_UNSUPPORTED', '"3d"', 'vision_config.rope_parameters', { rope_type: '3d' }],
]

it.each(REFUSED)('%s is refused, never compiled into other numbers', async (_, code, found, field, value) => {
  const folder = await tinyCheckpoint({ layout: 'published' })
  await setJson(folder, 'config.json', field, value)
  const error = await codedError(readModelConfig(folder))
  expect(error?.code).toBe(code)
  expect(error?.found).toContain(found)
  expect(error?.expected).toContain('config.json')
})

it('sliding windows are refused as older configs say them', async () => {
  const folder = await tinyCheckpoint({ layout: 'published' })
  await editJson(folder, 'config.json', (config) => ({ ...config, ...SLIDING }))
  expect((await codedError(readModelConfig(folder)))?.found).toContain('1 layers of another kind')
})

it('sliding windows that begin after the last layer are none', async () => {
  const folder = await tinyCheckpoint({ layout: 'published' })
  await editJson(folder, 'config.json', (config) => ({ ...config, ...SLIDING, max_window_layers: 2 }))
  expect((await readModelConfig(folder)).text.layers).toBe(2)
})

it('a folder without config.json, or with a broken one, is refused', async () => {
  const folder = await tinyCheckpoint()
  await writeFile(join(folder, 'config.json'), '{"model_type": ')
  expect((await codedError(readModelConfig(folder)))?.code).toBe('CHECKPOINT_BAD_JSON')
  await rm(join(folder, 'config.json'))
  expect((await codedError(readModelConfig(folder)))?.code).toBe('CHECKPOINT_NO_CONFIG')
})
