import { cameraCalibrationMessage, type Rig, rigTransforms } from '#calibration'
import {
  CameraCalibrationSchema,
  cameraCalibrationTopic,
  encode,
  FrameTransformsSchema,
  type TapeRecord,
} from '#messages'
import { createSimulation, type SimulatedMessage, type SimulationOptions } from './simulation.ts'

/** A drive of the ego's own driver as a tape would hold it: calibration first, each message admitted at its capture or 1 ns after the one before. */
export function* recordSimulation(options: SimulationOptions, durationS: number): Generator<TapeRecord, void> {
  const { world, rig } = options
  const simulation = createSimulation(options)
  const sequences = new Map<string, number>()
  let lastNs = -1n
  const admit = ({ topic, timeNs, payload }: SimulatedMessage): TapeRecord => {
    const sequence = sequences.get(topic) ?? 0
    sequences.set(topic, sequence + 1)
    lastNs = timeNs > lastNs ? timeNs : lastNs + 1n
    return { topic, logTimeNs: lastNs, publishTimeNs: timeNs, sequence, payload }
  }
  for (const message of calibration(rig, world.beginNs)) yield admit(message)
  while (simulation.moment.timeS < durationS) {
    for (const message of simulation.advance()) yield admit(message)
  }
}

const calibration = (rig: Rig, timeNs: bigint): readonly SimulatedMessage[] => [
  ...rig.cameras.map((camera) => ({
    topic: cameraCalibrationTopic(camera.view),
    timeNs,
    payload: encode(CameraCalibrationSchema, cameraCalibrationMessage(camera, timeNs)),
  })),
  {
    topic: '/calibration/transforms',
    timeNs,
    payload: encode(FrameTransformsSchema, rigTransforms(rig, timeNs)),
  },
]
