import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { compileCheckpoint, SHAPES, writeRandomCheckpoint } from '#compiler'
import { compiledBundle } from './compiled-bundle.ts'
import { PACKAGE_ROOT } from './version.ts'

/** The checkpoint that is trained on the worlds of src/simulator, and the drive and car that go with it. */
const TRAINED = join(PACKAGE_ROOT, 'models/outrider-nano')
const TRAINED_DRIVE = {
  tape: join(PACKAGE_ROOT, 'examples/nano/nano.mcap'),
  car: join(PACKAGE_ROOT, 'examples/nano/car.yaml'),
} as const
const TOWN_DRIVE = {
  tape: join(PACKAGE_ROOT, 'examples/town/town.mcap'),
  car: join(PACKAGE_ROOT, 'examples/town/car.yaml'),
} as const

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
  if (existsSync(TRAINED)) {
    return {
      bundle: await compiledBundle(TRAINED),
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
  existsSync(TRAINED) && existsSync(TRAINED_DRIVE.tape) ? TRAINED_DRIVE : TOWN_DRIVE
