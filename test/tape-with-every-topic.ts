// A short drive that no room of Outrider made: every topic of the table, drawn images, times that a test can reckon with.
import { createHash } from 'node:crypto'
import { type DescMessage, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { openTape } from '#log'
import {
  CameraCalibrationSchema,
  CompressedImageSchema,
  cameraCalibrationTopic,
  cameraTopic,
  EgoStateSchema,
  EndOfRunSchema,
  encode,
  Fault_Severity,
  FaultSchema,
  FrameSet_ClosedBy,
  FrameSetSchema,
  FrameTransformsSchema,
  GroundTruthSchema,
  ModelAnswer_Finish,
  ModelAnswerSchema,
  ModelRequestSchema,
  ModelState_State,
  ModelStateSchema,
  PlanSchema,
  PosesInFrameSchema,
  RawImageSchema,
  RouteCommandSchema,
  RunConfigSchema,
  RunDigestSchema,
  rawCameraTopic,
  StageTimingSchema,
  type TapeRecord,
  TickSchema,
  TOPICS,
  timestampFromNs,
  Verdict_Decision,
  VerdictSchema,
  VIEWS,
} from '#messages'
import { DRAWN, drawJpeg } from './drawn-images.ts'
import { sampleMessage } from './sample-message.ts'

export const DRIVE_START_NS = 1_700_000_000_000_000_000n
const MS = 1_000_000n

/** What the drive of `seconds` holds, for tests that count. */
export const DRIVE = { ticksPerS: 20, framesPerS: 10, setsPerS: 2, answerMs: 300, spreadMs: 12 } as const

/** These end the drive. */
const LAST = ['/pipeline/end', '/pipeline/digest']

/**
 * The drive's records. Every 500 ms a frame set, whose request is answered in three parts 100, 200 and 300 ms later;
 * every fourth answer is refused. Cameras come 0 to 10 ms after each other and are admitted 5 ms after capture.
 */
export const recordsOfEveryTopic = async (seconds = 2): Promise<TapeRecord[]> => {
  const records: TapeRecord[] = []
  const sequences = new Map<string, number>()
  let lastNs = DRIVE_START_NS - 1n
  let causeNs = 0n

  const put = (topic: string, logTimeNs: bigint, publishTimeNs: bigint, payload: Uint8Array): void => {
    const sequence = sequences.get(topic) ?? 0
    sequences.set(topic, sequence + 1)
    records.push({ topic, logTimeNs, publishTimeNs, sequence, payload })
  }
  const event = <S extends DescMessage>(
    topic: string,
    schema: S,
    atMs: number,
    value: MessageInitShape<S>,
    captureMs = atMs,
  ): void => {
    const admittedNs = DRIVE_START_NS + BigInt(atMs) * MS
    lastNs = admittedNs > lastNs ? admittedNs : lastNs + 1n
    causeNs = DRIVE_START_NS + BigInt(captureMs) * MS
    put(topic, lastNs, causeNs, encode(schema, value))
  }
  const output = <S extends DescMessage>(topic: string, schema: S, value: MessageInitShape<S>): void =>
    put(topic, lastNs, causeNs, encode(schema, value))

  const timeNs = (ms: number): bigint => DRIVE_START_NS + BigInt(ms) * MS
  const stamp = (ms: number) => timestampFromNs(timeNs(ms))

  event('/pipeline/config', RunConfigSchema, 0, {
    configJson: '{"tickHz":20}',
    versions: [{ name: 'outrider', value: '0.1.0' }],
    hashes: [{ name: 'bundle', value: 'ab'.repeat(32) }],
  })
  for (const view of VIEWS) output(cameraCalibrationTopic(view), CameraCalibrationSchema, calibration(view))
  output('/calibration/transforms', FrameTransformsSchema, {
    transforms: VIEWS.map((view, index) => ({
      timestamp: stamp(0),
      parentFrameId: 'ego',
      childFrameId: `camera/${view}`,
      translation: { x: 1.5, y: 0, z: 1.6 },
      rotation: turned((index * Math.PI) / 3),
    })),
  })
  for (const state of [ModelState_State.STARTING, ModelState_State.READY]) {
    event('/model/state', ModelStateSchema, 0, { state, starts: 1, engine: 'scripted' })
  }
  event('/sensors/fault', FaultSchema, 1, fault('sensors/wire', 'message-malformed', timeNs(1)))
  for (const view of VIEWS) {
    const { width, height } = { width: 8, height: 4 }
    const raw = { width, height, encoding: 'rgb8', step: width * 3, data: new Uint8Array(width * height * 3).fill(90) }
    event(rawCameraTopic(view), RawImageSchema, 2, { ...raw, timestamp: stamp(2), frameId: `camera/${view}` })
  }

  let planned = 0
  let late = 0
  for (let ms = 10; ms < seconds * 1000; ms += 1) {
    const sinceSet = (ms - 25) % 500
    const set = Math.floor((ms - 25) / 500) + 1
    if (ms % 1000 === 10) event('/sensors/route', RouteCommandSchema, ms, { captureTimeNs: timeNs(ms), command: 1 })
    if (ms % 50 === 10) {
      const body = { captureTimeNs: timeNs(ms - 2), poseInMap: pose(ms / 100), velocityInEgoMps: { x: 10, y: 0, z: 0 } }
      event('/sensors/ego', EgoStateSchema, ms, body, ms - 2)
      output('/fusion/transforms', FrameTransformsSchema, {
        transforms: [
          {
            timestamp: stamp(ms),
            parentFrameId: 'map',
            childFrameId: 'ego',
            translation: pose(ms / 100).position,
            rotation: turned(0),
          },
        ],
      })
      output('/pipeline/fault', FaultSchema, fault('fusion', 'frame-late', lastNs, BigInt(++late)))
      put(
        '/ground-truth/agents',
        lastNs,
        causeNs,
        encode(GroundTruthSchema, {
          timeNs: lastNs,
          agents: [{ id: 'a', category: 'vehicle.car', poseInMap: pose(20) }],
        }),
      )
    }
    if (ms % 100 === 15) {
      for (const [index, view] of VIEWS.entries()) {
        const captureMs = ms + index * 2
        const data = await drawJpeg(view, ms)
        event(
          cameraTopic(view),
          CompressedImageSchema,
          captureMs + 5,
          { timestamp: stamp(captureMs), frameId: `camera/${view}`, format: 'jpeg', data },
          captureMs,
        )
      }
    }
    if (ms > 25 && sinceSet === 10) {
      event('/pipeline/tick', TickSchema, ms, { number: BigInt(ms) })
      output('/fusion/frame-set', FrameSetSchema, {
        number: BigInt(set),
        referenceTimeNs: timeNs(ms),
        spreadNs: BigInt(DRIVE.spreadMs) * MS,
        closedBy: FrameSet_ClosedBy.COMPLETE,
      })
      output('/model/request', ModelRequestSchema, {
        requestId: BigInt(set),
        task: 'driving/plan',
        referenceTimeNs: timeNs(ms),
        messages: [{ role: 'user', parts: [{ part: { case: 'text', value: 'plan' } }] }],
      })
    }
    for (const part of [0, 1, 2]) {
      if (ms <= 25 || sinceSet !== 110 + 100 * part) continue
      const refused = set % 4 === 0
      const finish = part < 2 ? ModelAnswer_Finish.NONE : refused ? ModelAnswer_Finish.LENGTH : ModelAnswer_Finish.STOP
      event('/model/answer', ModelAnswerSchema, ms, {
        requestId: BigInt(set),
        part,
        text: `part ${part}`,
        tokenIds: [part, part + 1],
        finish,
        promptTokens: 700,
      })
      if (part < 2) continue
      if (refused) output('/pipeline/fault', FaultSchema, fault('tasks/driving/plan', 'answer-refused', lastNs))
      else {
        planned = set
        output('/tasks/plan', PlanSchema, {
          requestId: BigInt(set),
          referenceTimeNs: timeNs(ms - 300),
          steps: [{ timeS: 0.5, poseInEgo: { xM: 5, yM: 0, headingRad: 0 } }],
          reason: 'the road is free',
        })
      }
    }
    if (ms % 50 === 20) {
      event('/pipeline/tick', TickSchema, ms, { number: BigInt(ms) })
      const decision = planned > 0 ? Verdict_Decision.PLAN : Verdict_Decision.MINIMAL_RISK_STOP
      const planAgeS = { planAgeS: (ms - (35 + 500 * (planned - 1))) / 1000 }
      output('/planners/verdict', VerdictSchema, {
        timeNs: lastNs,
        decision,
        planRequestId: BigInt(planned),
        ...(planned > 0 ? planAgeS : { findings: [{ check: 'plan-age', unit: 's', message: 'no plan' }] }),
      })
      output('/planners/path', PosesInFrameSchema, { timestamp: stamp(ms), frameId: 'ego', poses: [pose(1)] })
      put(
        '/pipeline/stage-timing',
        lastNs,
        lastNs,
        encode(StageTimingSchema, { stage: 'planners', startedNs: lastNs, durationNs: BigInt(ms % 7) * MS }),
      )
    }
  }
  // The rest of the table: one message each, every field set.
  for (const { name, schema, producer } of TOPICS) {
    if (sequences.has(name) || LAST.includes(name)) continue
    const payload = toBinary(schema, sampleMessage(schema))
    if (producer !== 'outside') put(name, lastNs, causeNs, payload)
    else put(name, ++lastNs, lastNs, payload)
  }
  event('/pipeline/end', EndOfRunSchema, seconds * 1000, { reason: 'duration reached' })
  output('/pipeline/digest', RunDigestSchema, {
    events: BigInt(records.length),
    eventsSha256: createHash('sha256').digest(),
  })
  return records
}

/** Writes records as a closed tape. */
export const writeTape = async (path: string, records: readonly TapeRecord[]): Promise<void> => {
  const tape = await openTape(path)
  for (const record of records) tape.write(record)
  await tape.close()
}

const pose = (xM: number) => ({ position: { x: xM, y: 0, z: 0 }, orientation: turned(0) })
const turned = (yawRad: number) => ({ x: 0, y: 0, z: Math.sin(yawRad / 2), w: Math.cos(yawRad / 2) })

const fault = (source: string, code: string, timeNs: bigint, count = 1n) => ({
  timeNs,
  source,
  code,
  severity: Fault_Severity.WARNING,
  message: 'expected one thing, found another',
  topic: '/sensors/camera/front',
  count,
})

const calibration = (view: string): MessageInitShape<typeof CameraCalibrationSchema> => {
  const { width, height } = DRAWN
  const [fx, cx, cy] = [120, width / 2, height / 2]
  return {
    timestamp: timestampFromNs(DRIVE_START_NS),
    frameId: `camera/${view}`,
    width,
    height,
    distortionModel: 'plumb_bob',
    D: [0, 0, 0, 0, 0],
    K: [fx, 0, cx, 0, fx, cy, 0, 0, 1],
    R: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    P: [fx, 0, cx, 0, 0, fx, cy, 0, 0, 0, 1, 0],
  }
}
