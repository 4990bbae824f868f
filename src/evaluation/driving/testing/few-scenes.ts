import { fusionConfig } from '#fusion'
import { guardConfig, plannersConfig } from '#planners'
import { perceptionConfig, planConfig, predictionConfig } from '#tasks'
import { NANO } from '../../../../test/nano-car.ts'
import type { SceneCase } from '../scene-case.ts'
import { type DrivingSuite, suiteCases, suiteDrives } from '../suite.ts'

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
  driver: 'attentive',
  hard: { constantVelocityAdeM: 1.5, seen: false, perDrive: 3 },
  easyPerDrive: 1,
  drives: [
    { family: 'town', firstSeed: 3, count: 1 },
    { family: 'serpentine', firstSeed: 3, count: 1 },
  ],
}

export const fewScenes = async (): Promise<readonly SceneCase[]> => {
  const cases: SceneCase[] = []
  for (const drive of suiteDrives(FEW, 0)) {
    cases.push(...(await suiteCases(drive, FEW, NANO, fusionConfig.parse({}))))
  }
  return cases
}
