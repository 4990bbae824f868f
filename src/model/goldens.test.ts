import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { compileCheckpoint } from '#compiler'
import { sharedOrSkip } from '../../test/oracles.ts'
import { loadModel } from './loaded-model.ts'
import { examine, type FileMessage, largestDifference, loadMessages } from './testing/examine.ts'

interface Case {
  readonly name: string
  readonly messages: readonly FileMessage[]
  readonly prompt_text: string
  readonly input_ids: readonly number[]
  readonly image_grid_thw: readonly number[][] | null
  readonly video_grid_thw: readonly number[][] | null
  readonly pixel_values?: {
    readonly shape: readonly [number, number]
    readonly mean: number
    readonly std: number
    readonly first_row_16: readonly number[]
    readonly last_row_16: readonly number[]
  }
  readonly position_ids_thw: readonly number[][]
  readonly greedy_ids: readonly number[]
  readonly greedy_text: string
  readonly first_step_logits: readonly number[]
}

test('the golden cases give the numbers of transformers, from the prompt to the tokens', async (context) => {
  const goldens = sharedOrSkip(context, 'goldens/qwen2_5_vl-tiny')
  const folder = mkdtempSync(join(tmpdir(), 'outrider-goldens-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  await compileCheckpoint(join(goldens, 'checkpoint'), join(folder, 'bundle'))
  const model = await loadModel(join(folder, 'bundle'), { threads: 1 })
  onTestFinished(() => model.close())
  const { cases } = JSON.parse(readFileSync(join(goldens, 'cases.json'), 'utf8')) as { readonly cases: readonly Case[] }
  expect(cases).toHaveLength(7)
  const worst = { logits: 0, pixels: 0 }
  for (const golden of cases) {
    const messages = loadMessages(golden.messages, goldens)
    expect(model.template(messages), golden.name).toBe(golden.prompt_text)
    const found = await examine(model, messages, 24)
    expect(found.inputIds, golden.name).toEqual(golden.input_ids)
    expect(found.imageGrids, golden.name).toEqual(golden.image_grid_thw ?? [])
    expect(found.videoGrids, golden.name).toEqual(golden.video_grid_thw ?? [])
    expect(found.positions, golden.name).toEqual(golden.position_ids_thw)
    expect(found.tokenIds, golden.name).toEqual(golden.greedy_ids)
    expect(found.text, golden.name).toBe(golden.greedy_text)
    const logits = largestDifference(found.logits, golden.first_step_logits)
    expect(logits, golden.name).toBeLessThan(1e-3)
    worst.logits = Math.max(worst.logits, logits)
    if (!golden.pixel_values) continue
    const { shape, mean, std, first_row_16, last_row_16 } = golden.pixel_values
    const pixels = golden.video_grid_thw ? found.videoPixels : found.imagePixels
    expect(pixels.length, golden.name).toBe(shape[0] * shape[1])
    const average = pixels.reduce((sum, value) => sum + value, 0) / pixels.length
    const spread = Math.sqrt(pixels.reduce((sum, value) => sum + (value - average) ** 2, 0) / (pixels.length - 1))
    const errors = [
      Math.abs(average - mean),
      Math.abs(spread - std),
      largestDifference(pixels.subarray(0, 16), first_row_16),
      // The golden holds the last 16 values of the last patch.
      largestDifference(pixels.subarray(-16), last_row_16),
    ]
    // Resized images too: the resize is torchvision's, bit for bit.
    expect(Math.max(...errors), golden.name).toBeLessThan(1e-5)
    worst.pixels = Math.max(worst.pixels, ...errors)
  }
  console.log(`goldens: largest error of a logit ${worst.logits}, of a pixel value ${worst.pixels}`)
})
