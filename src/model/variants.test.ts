import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { compileCheckpoint } from '#compiler'
import { pythonOrSkip } from '../../test/oracles.ts'
import { loadModel } from './loaded-model.ts'
import { examine, type FileMessage, largestDifference, loadMessages } from './testing/examine.ts'

interface Case {
  readonly name: string
  readonly messages: readonly FileMessage[]
  readonly promptText: string
  readonly inputIds: readonly number[]
  readonly imageGrids: readonly number[][] | null
  readonly videoGrids: readonly number[][] | null
  /** Absent for a prompt without images. */
  readonly positions: readonly number[][] | null
  readonly tokenIds: readonly number[]
  readonly text: string
  /** Between the two likeliest tokens of each step. */
  readonly margins: readonly number[]
}

/** Below this the two likeliest tokens may change places by rounding alone, and what follows is another answer. */
const CLEAR_MARGIN = 1e-3

const floats = (path: string): Float32Array => {
  const bytes = readFileSync(path)
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

test('checkpoints of other shapes and layouts give the numbers of transformers', async (context) => {
  const python = pythonOrSkip(context)
  const folder = mkdtempSync(join(tmpdir(), 'outrider-variants-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const script = fileURLToPath(new URL('./testing/variants.py', import.meta.url))
  execFileSync(python, [script, folder], { stdio: ['ignore', 'ignore', 'pipe'] })
  const variants = readdirSync(folder).filter((name) => name !== 'images')
  expect(variants.length).toBeGreaterThanOrEqual(4)
  const worst = { logits: 0, pixels: 0 }
  for (const variant of variants) {
    const at = join(folder, variant)
    await compileCheckpoint(join(at, 'checkpoint'), join(at, 'bundle'))
    const model = await loadModel(join(at, 'bundle'), { threads: 1 })
    try {
      for (const expected of JSON.parse(readFileSync(join(at, 'cases.json'), 'utf8')) as readonly Case[]) {
        const name = `${variant}, ${expected.name}`
        const messages = loadMessages(expected.messages, at)
        expect(model.template(messages), name).toBe(expected.promptText)
        const found = await examine(model, messages, expected.tokenIds.length)
        expect(found.inputIds, name).toEqual(expected.inputIds)
        expect(found.imageGrids, name).toEqual(expected.imageGrids ?? [])
        expect(found.videoGrids, name).toEqual(expected.videoGrids ?? [])
        if (expected.positions) expect(found.positions, name).toEqual(expected.positions)
        for (const [pixels, file] of [
          [found.imagePixels, 'pixel_values'],
          [found.videoPixels, 'pixel_values_videos'],
        ] as const) {
          if (pixels.length === 0) continue
          const difference = largestDifference(pixels, floats(join(at, `${expected.name}.${file}.bin`)))
          expect(difference, `${name}: ${file}`).toBeLessThan(1e-6)
          worst.pixels = Math.max(worst.pixels, difference)
        }
        const logits = largestDifference(found.logits, floats(join(at, `${expected.name}.logits.bin`)))
        expect(logits, name).toBeLessThan(1e-3)
        worst.logits = Math.max(worst.logits, logits)
        const close = expected.margins.findIndex((margin) => margin < CLEAR_MARGIN)
        const clear = close < 0 ? expected.tokenIds.length : close
        expect(clear, `${name}: tokens that can be compared`).toBeGreaterThan(8)
        expect(found.tokenIds.slice(0, clear), name).toEqual(expected.tokenIds.slice(0, clear))
        if (close < 0) expect(found.text, name).toBe(expected.text)
      }
    } finally {
      await model.close()
    }
  }
  console.log(`variants: largest error of a logit ${worst.logits}, of a pixel value ${worst.pixels}`)
})
