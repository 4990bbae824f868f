import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Bundle } from '#compiler'
import { OutriderError } from '#errors'

/** Rows of the token embedding (vocabulary, H), looked up by the host. */
export interface Embedding {
  readonly hiddenSize: number
  /** Copies the row of a token into `target` at `offset`. */
  copyRow(tokenId: number, target: Float32Array, offset: number): void
  close(): void
}

/** Up to this size the whole table is held; a larger one is left to the page cache, a row a read. */
const WHOLE_TABLE_BYTES = 64 * 2 ** 20

export const openEmbedding = (folder: string, { embedding, text }: Pick<Bundle, 'embedding' | 'text'>): Embedding => {
  const [rows, hiddenSize] = embedding.shape
  const rowBytes = hiddenSize * Float32Array.BYTES_PER_ELEMENT
  const file = openSync(join(folder, embedding.file), 'r')
  let whole: Float32Array | undefined
  if (rows * rowBytes <= WHOLE_TABLE_BYTES) {
    whole = new Float32Array(rows * hiddenSize)
    readSync(file, new Uint8Array(whole.buffer), 0, whole.byteLength, 0)
  }
  return {
    hiddenSize,
    copyRow: (tokenId, target, offset) => {
      if (tokenId >= rows) throw unknownToken(tokenId, Math.min(rows, text.vocabSize))
      if (whole) target.set(whole.subarray(tokenId * hiddenSize, (tokenId + 1) * hiddenSize), offset)
      else
        readSync(
          file,
          new Uint8Array(target.buffer, target.byteOffset + offset * 4, rowBytes),
          0,
          rowBytes,
          tokenId * rowBytes,
        )
    },
    close: () => closeSync(file),
  }
}

const unknownToken = (tokenId: number, rows: number): OutriderError =>
  new OutriderError({
    code: 'MODEL_TOKEN_UNKNOWN',
    expected: `tokens below ${rows}, the rows of the embedding`,
    found: `token ${tokenId}: the tokenizer belongs to another checkpoint`,
  })
