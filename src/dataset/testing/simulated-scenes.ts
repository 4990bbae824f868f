import { readFileSync } from 'node:fs'
import { create } from '@bufbuild/protobuf'
import { parseRig } from '#calibration'
import { type ImageSizes, ImageSizesSchema, type TapeRecord } from '#messages'
import { recordSimulation, type Scenario, worldOf } from '#simulator'
import { perceptionConfig, planConfig, predictionConfig } from '#tasks'
import { ROOT } from '../../../test/oracles.ts'
import { readScenes } from '../read-scenes.ts'
import type { DrivingScene } from '../scene.ts'

export const NANO = parseRig(readFileSync(`${ROOT}examples/nano/nano.rig.yaml`, 'utf8'))

/** Both sides of the nano car's images are multiples of 28: nothing is resized. */
export const NANO_SIZES: readonly ImageSizes[] = NANO.cameras.map(({ view, width, height }) =>
  create(ImageSizesSchema, {
    view,
    originalWidth: width,
    originalHeight: height,
    resizedWidth: width,
    resizedHeight: height,
  }),
)

export const QUESTIONS = {
  plan: planConfig.parse({}),
  perception: perceptionConfig.parse({}),
  prediction: predictionConfig.parse({}),
}

/** One image a second of each camera. */
export const simulatedRecords = (scenario: Scenario, seconds: number): readonly TapeRecord[] => [
  ...recordSimulation({ world: worldOf(scenario), rig: NANO, groundTruth: 'all', stepsPerImage: 20 }, seconds),
]

export const scenesOf = async (records: Iterable<TapeRecord>): Promise<readonly DrivingScene[]> => {
  const scenes: DrivingScene[] = []
  for await (const scene of readScenes(records, { tape: 'a test', rig: NANO })) scenes.push(scene)
  return scenes
}
