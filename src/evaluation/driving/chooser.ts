import type { Baseline } from './baselines/baseline.ts'
import { blindMlpOf } from './baselines/blind-mlp.ts'
import { pathError } from './open-loop/path-error.ts'
import type { SceneCase } from './scene-case.ts'
import weights from './suites/chooser.json' with { type: 'json' }

// Read when it is first asked: every command loads this file, and few make a suite.
let network: Baseline | undefined

/**
 * How wrong who sees nothing is; mean over 3 s, m. Its network was trained on other drives than the one that models are compared
 * with, which so is not chosen against.
 */
export const chooserAdeM = (scene: SceneCase): number => {
  network ??= blindMlpOf(weights, 'suites/chooser.json')
  const driven = scene.driven.map(({ pose }) => pose)
  return pathError(network.plan(scene), driven).adeM
}
