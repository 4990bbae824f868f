import { join } from 'node:path'
import { compileCheckpoint, SHAPES, writeRandomCheckpoint } from '#compiler'

/** The same weights in every run, so that figures of two runs may be compared. */
const SEED = 1n

/** Compiles a checkpoint of this shape with random weights inside `folder`; returns the bundle's folder. */
export const makeRandomBundle = async (folder: string, shape: keyof typeof SHAPES): Promise<string> => {
  const [checkpoint, bundle] = [join(folder, 'checkpoint'), join(folder, 'bundle')]
  await writeRandomCheckpoint(checkpoint, SHAPES[shape], { seed: SEED })
  await compileCheckpoint(checkpoint, bundle)
  return bundle
}
