import { decode, encode, RunConfigSchema, type TapeRecord } from '#messages'
import { createTestRun, driveTwoSeconds } from './drive-events.ts'

type TestRun = ReturnType<typeof createTestRun>

/**
 * The run with a snapshot every 0.254 s: in `driveTwoSeconds` the first comes between the two frames of a set, so that
 * the question after it names an image from before it.
 */
export const withSnapshots = (run: TestRun): TestRun => {
  const step: TestRun['step'] = (body) => {
    if (body.topic !== '/pipeline/config') return run.step(body)
    const config = decode(RunConfigSchema, body.payload)
    const configJson = config.configJson.replace('"snapshotPeriodS":10', '"snapshotPeriodS":0.254')
    return run.step({ ...body, payload: encode(RunConfigSchema, { ...config, configJson }) })
  }
  return { ...run, step }
}

export const driveWithSnapshots = (): TestRun => driveTwoSeconds(withSnapshots(createTestRun()))

/** Events and outputs in the order of a tape. */
export const recordsOf = ({ events, outputs }: Pick<TestRun, 'events' | 'outputs'>): TapeRecord[] =>
  events.flatMap((event) => {
    const { topic, logTimeNs, publishTimeNs, sequence, payload } = event
    const made = outputs.filter((output) => output.eventTimeNs === logTimeNs)
    return [
      { topic, logTimeNs, publishTimeNs, sequence, payload },
      ...made.map((output) => ({
        topic: output.topic,
        logTimeNs,
        publishTimeNs: output.publishTimeNs,
        sequence: output.sequence,
        payload: output.payload,
      })),
    ]
  })
