import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readModelConfig } from './model-config.ts'
import { readProcessorConfig } from './processor-config.ts'
import { codedError, editJson, setJson, tinyCheckpoint } from './testing/checkpoints.ts'

const read = async (folder: string) => readProcessorConfig(folder, (await readModelConfig(folder)).vision)

it('preprocessor_config.json and processor_config.json say the same', async () => {
  const published = await read(await tinyCheckpoint({ layout: 'published' }))
  const nested = await read(await tinyCheckpoint({ layout: 'nested' }))
  expect(published).toEqual(nested)
  expect(published.image).toMatchObject({ minPixels: 3136, maxPixels: 301 * 28 * 28, resample: 'bicubic' })
})

it.each([
  ['min_pixels and max_pixels', { min_pixels: 4000, max_pixels: 9000 }, 4000, 9000],
  ['size with edges', { size: { shortest_edge: 5000, longest_edge: 8000 } }, 5000, 8000],
  ['size with pixels', { size: { min_pixels: 5000, max_pixels: 8000 } }, 5000, 8000],
  ['both, the pixels winning', { min_pixels: 4000, size: { shortest_edge: 5000, longest_edge: 8000 } }, 4000, 8000],
  ['neither: the defaults of transformers', {}, 3136, 1_003_520],
])('limits are read from %s', async (_, limits, minPixels, maxPixels) => {
  const folder = await tinyCheckpoint({ layout: 'published' })
  await editJson(folder, 'preprocessor_config.json', ({ min_pixels: _min, max_pixels: _max, ...rest }) => ({
    ...rest,
    ...limits,
  }))
  expect((await read(folder)).image).toMatchObject({ minPixels, maxPixels })
})

it('a video has the settings of its own file, or else those of images', async () => {
  const folder = await tinyCheckpoint({ layout: 'published' })
  expect((await read(folder)).video.maxPixels).toBe(301 * 28 * 28)
  await writeFile(join(folder, 'video_preprocessor_config.json'), JSON.stringify({ size: { longest_edge: 50_176 } }))
  expect((await read(folder)).video).toMatchObject({ minPixels: 100_352, maxPixels: 50_176 })
})

it('without processor files the message names them, and the release that came without', async () => {
  const folder = await tinyCheckpoint({ layout: 'published' })
  await rm(join(folder, 'preprocessor_config.json'))
  const error = await codedError(read(folder))
  expect(error).toMatchObject({ code: 'PROCESSOR_MISSING', found: 'neither' })
  expect(error?.expected).toMatch(/preprocessor_config\.json.*processor_config\.json/)
  expect(error?.next).toContain('MiMo-Embodied')
})

it('a processor_config.json without image settings, as old ones are, does not stand for them', async () => {
  const folder = await tinyCheckpoint()
  await editJson(folder, 'processor_config.json', () => ({ processor_class: 'Qwen2_5_VLProcessor' }))
  expect((await codedError(read(folder)))?.found).toContain('without image_processor')
})

it('the processor of another model is refused', async () => {
  const folder = await tinyCheckpoint({ layout: 'published' })
  await setJson(folder, 'preprocessor_config.json', 'patch_size', 16)
  expect(await codedError(read(folder))).toMatchObject({ code: 'PROCESSOR_MISMATCH', found: '16, 2, 2' })
  await setJson(folder, 'preprocessor_config.json', 'image_mean', [0.5])
  expect((await codedError(read(folder)))?.code).toBe('PROCESSOR_INVALID')
})

it('transformers 5 wins over the older file beside it', async () => {
  const folder = await tinyCheckpoint({ layout: 'published' })
  await rename(join(folder, 'preprocessor_config.json'), join(folder, 'x.json'))
  const settings = { min_pixels: 4000, max_pixels: 9000 }
  await writeFile(join(folder, 'processor_config.json'), JSON.stringify({ image_processor: settings }))
  await rename(join(folder, 'x.json'), join(folder, 'preprocessor_config.json'))
  const { image, video } = await read(folder)
  expect([image.maxPixels, video.maxPixels]).toEqual([9000, 301 * 28 * 28])
})
