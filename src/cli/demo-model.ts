import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { compileCheckpoint, SHAPES, writeRandomCheckpoint } from '#compiler'
import { compiledBundle } from './compiled-bundle.ts'
import { NANO, SHIPPED_MODEL, TOWN } from './shipped.ts'

/** Any will do; the same each time, so that two demonstrations ask the same model. */
const SEED = 1n

export interface DemoModel {
  /** Compiled. */
  readonly bundle: string
  /** In words, what to think of it. */
  readonly about: string
}

/** The shipped checkpoint, compiled once for its content; without one, a model of random weights, compiled into `folder`. */
export const demoModel = async (folder: string): Promise<DemoModel> => {
  if (existsSync(SHIPPED_MODEL)) {
    return {
      bundle: await compiledBundle(SHIPPED_MODEL),
      about: 'The model: models/outrider-nano, a toy model of a toy world; its card says what it can do.',
    }
  }
  const bundle = join(folder, 'bundle')
  const checkpoint = join(folder, 'checkpoint')
  await writeRandomCheckpoint(checkpoint, SHAPES.nano, { seed: SEED })
  await compileCheckpoint(checkpoint, bundle, {})
  return {
    bundle,
    about:
      'The model: 5 M parameters of random weights. Its plans are nonsense, and the planners are right to refuse them.',
  }
}

/** What the demonstration plays, and the car that it plays it to. */
export const demoDrive = (): { readonly tape: string; readonly car: string } =>
  existsSync(SHIPPED_MODEL) && existsSync(NANO.tape) ? NANO : TOWN
