import { readFileSync } from 'node:fs'
import { create } from '@bufbuild/protobuf'
import { parseRig, type Rig } from '#calibration'
import { fusionConfig } from '#fusion'
import { type ImageSizes, ImageSizesSchema } from '#messages'
import { guardConfig, plannersConfig } from '#planners'
import { perceptionConfig, planConfig, predictionConfig } from '#tasks'
import { ROOT } from '../../../../test/oracles.ts'
import type { SceneCase } from '../scene-case.ts'
import { type DrivingSuite, suiteCases, suiteDrives } from '../suite.ts'

export const NANO_RIG: Rig = parseRig(readFileSync(`${ROOT}examples/nano/nano.rig.yaml`, 'utf8'))

/** All sides are multiples of 28: nothing is resized. */
export const NANO_SIZES: readonly ImageSizes[] = NANO_RIG.cameras.map(({ view, width, height }) =>
  create(ImageSizesSchema, {
    view,
    originalWidth: width,
    originalHeight: height,
    resizedWidth: width,
    resizedHeight: height,
  }),
)

export const CONFIG = {
  plan: planConfig.parse({}),
  perception: perceptionConfig.parse({}),
  prediction: predictionConfig.parse({}),
  planners: plannersConfig.parse({}),
  guard: guardConfig.parse({}),
}

/** Two short drives with a light and people. */
export const FEW: DrivingSuite = {
  name: 'few',
  about: 'for tests',
  seconds: 5,
  everyS: 0.5,
  hard: { constantVelocityAdeM: 1.5, perDrive: 3 },
  easyPerDrive: 1,
  drives: [
    { family: 'town', firstSeed: 3, count: 1 },
    { family: 'serpentine', firstSeed: 3, count: 1 },
  ],
}

export const fewScenes = async (): Promise<readonly SceneCase[]> => {
  const cases: SceneCase[] = []
  for (const drive of suiteDrives(FEW, 0)) {
    cases.push(...(await suiteCases(drive, FEW, NANO_RIG, fusionConfig.parse({}))))
  }
  return cases
}
