import type { TapeRecord } from '#messages'
import { recordSimulation, type Scenario, worldOf } from '#simulator'
import { perceptionConfig, planConfig, predictionConfig } from '#tasks'
import { NANO } from '../../../test/nano-car.ts'
import { readScenes } from '../read-scenes.ts'
import type { DrivingScene } from '../scene.ts'

export const QUESTIONS = {
  plan: planConfig.parse({}),
  perception: perceptionConfig.parse({}),
  prediction: predictionConfig.parse({}),
}

/** One image a second of each camera. */
export const simulatedRecords = (
  scenario: Scenario,
  seconds: number,
  { otherSpeeds = 0 } = {},
): readonly TapeRecord[] => {
  const options = { world: worldOf(scenario), rig: NANO, groundTruth: 'all', stepsPerImage: 20, otherSpeeds } as const
  return [...recordSimulation(options, seconds)]
}

export const scenesOf = async (records: Iterable<TapeRecord>): Promise<readonly DrivingScene[]> => {
  const scenes: DrivingScene[] = []
  for await (const scene of readScenes(records, { tape: 'a test', rig: NANO })) scenes.push(scene)
  return scenes
}
