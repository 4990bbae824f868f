// transformers 5.23, modeling_qwen2_5_vl.py: the two rotary embeddings, in float32 as there.
import type { Bundle } from '#compiler'
import type { Positions } from './mrope.ts'
import type { VisionLayout } from './window-order.ts'

/** Cosines and sines, row-major (rows, headDim / 2). */
export interface RotaryTable {
  readonly cos: Float32Array
  readonly sin: Float32Array
}

/** 1 / theta^(2i / dim) for i in 0 … dim/2. */
const inverseFrequencies = (theta: number, dim: number): Float32Array =>
  Float32Array.from({ length: dim / 2 }, (_, i) => 1 / Math.fround(theta ** Math.fround((2 * i) / dim)))

const turn = (table: RotaryTable, at: number, position: number, frequency: number): void => {
  const angle = Math.fround(position * frequency)
  table.cos[at] = Math.cos(angle)
  table.sin[at] = Math.sin(angle)
}

const emptyTable = (length: number): RotaryTable => ({ cos: new Float32Array(length), sin: new Float32Array(length) })

/** Rows in window order: the frequencies of the patch's height, then the same of its width. */
export const visionRotary = (layout: VisionLayout, { headDim, ropeTheta }: Bundle['vision']): RotaryTable => {
  const frequencies = inverseFrequencies(ropeTheta, headDim / 2)
  const quarter = frequencies.length
  const table = emptyTable(layout.y.length * quarter * 2)
  for (let row = 0, at = 0; row < layout.y.length; row++, at += quarter * 2) {
    for (let i = 0; i < quarter; i++) {
      turn(table, at + i, layout.y[row]!, frequencies[i]!)
      turn(table, at + quarter + i, layout.x[row]!, frequencies[i]!)
    }
  }
  return table
}

/** Fills rows with the multimodal rotation of tokens: the sections of `mropeSection` turn with t, h, w, t, … */
export const textRotary = ({ headDim, ropeTheta, mropeSection }: Bundle['text']) => {
  const frequencies = inverseFrequencies(ropeTheta, headDim)
  const axis = mropeSection.flatMap((length, section) => Array.from({ length }, () => section % 3))
  return (table: RotaryTable, row: number, t: number, h: number, w: number): void => {
    const at = row * frequencies.length
    for (let i = 0; i < frequencies.length; i++) {
      const position = axis[i] === 0 ? t : axis[i] === 1 ? h : w
      turn(table, at + i, position, frequencies[i]!)
    }
  }
}

/** The rotation of a whole prompt, with room for `extra` rows that the answer will fill. */
export const promptRotary = (positions: Positions, text: Bundle['text'], extra: number): RotaryTable => {
  const rows = positions.t.length
  const table = emptyTable(((rows + extra) * text.headDim) / 2)
  const fill = textRotary(text)
  for (let row = 0; row < rows; row++) fill(table, row, positions.t[row]!, positions.h[row]!, positions.w[row]!)
  for (let i = 0; i < extra; i++) {
    const position = positions.next + i
    fill(table, rows + i, position, position, position)
  }
  return table
}
