import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileCheckpoint, SHAPES, writeRandomCheckpoint } from '#compiler'

export interface NanoBundle {
  readonly checkpoint: string
  readonly bundle: string
  remove(): void
}

/** A compiled checkpoint of the smallest shape with random weights, in a temporary folder. */
export const makeNanoBundle = async (): Promise<NanoBundle> => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-nano-'))
  const checkpoint = join(folder, 'checkpoint')
  const bundle = join(folder, 'bundle')
  await writeRandomCheckpoint(checkpoint, SHAPES.nano, { seed: 1n })
  await compileCheckpoint(checkpoint, bundle)
  return { checkpoint, bundle, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
