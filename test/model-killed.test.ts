import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import canonicalize from 'canonicalize'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileCheckpoint, SHAPES, writeRandomCheckpoint } from '#compiler'
import {
  CompressedImageSchema,
  cameraTopic,
  decode,
  EgoStateSchema,
  encode,
  FaultSchema,
  ModelState_State,
  ModelStateSchema,
  RunConfigSchema,
  type TapeRecord,
  timestampFromNs,
  Verdict_Decision,
  VerdictSchema,
} from '#messages'
import { type ModelProcess, startModelProcess } from '#model'
import type { Engine } from '#model/engine'
import { run } from '#pipeline'
import { createComparison, replay } from '#replay'
import type { Reception, SensorSource } from '#sensors'
import { CONFIG, STRAIGHT_ON } from '../src/pipeline/testing/drive-events.ts'

const SPEED_MPS = 5
const clock = { nowNs: () => BigInt(Date.now()) * 1_000_000n }

/** A car that goes straight on at 5 m/s and sees grey. */
const straightCar = (image: Uint8Array): SensorSource => {
  const timers: NodeJS.Timeout[] = []
  return {
    async start(onReception: (reception: Reception) => void) {
      const startNs = clock.nowNs()
      const send = (topic: string, captureTimeNs: bigint, payload: Uint8Array): void =>
        onReception({ kind: 'message', topic, payload, captureTimeNs })
      const sendEgo = (): void => {
        const captureTimeNs = clock.nowNs()
        const x = (SPEED_MPS * Number(captureTimeNs - startNs)) / 1e9
        const position = { x, y: 0, z: 0 }
        const poseInMap = { position, orientation: { x: 0, y: 0, z: 0, w: 1 } }
        const velocityInEgoMps = { x: SPEED_MPS, y: 0, z: 0 }
        const accelerationInEgoMps2 = { x: 0, y: 0, z: 0 }
        const state = { captureTimeNs, poseInMap, velocityInEgoMps, accelerationInEgoMps2, yawRateRadps: 0 }
        send('/sensors/ego', captureTimeNs, encode(EgoStateSchema, state))
      }
      const sendFrames = (): void => {
        const captureTimeNs = clock.nowNs()
        for (const view of ['front', 'back'] as const) {
          const timestamp = timestampFromNs(captureTimeNs)
          const frame = { timestamp, frameId: `camera/${view}`, data: image, format: 'jpeg' }
          send(cameraTopic(view), captureTimeNs, encode(CompressedImageSchema, frame))
        }
      }
      timers.push(setInterval(sendEgo, 25), setInterval(sendFrames, 200))
    },
    async close() {
      for (const timer of timers) clearInterval(timer)
    },
  }
}

/** The real process on real images, but for the words: what random weights say is no plan that a car could follow. */
const sayingStraightOn = (process: ModelProcess): Engine => ({
  get info() {
    return process.info
  },
  async answer({ answerSchema: _, ...question }, onPart, signal) {
    const answer = await process.answer({ ...question, maxNewTokens: 4 }, () => {}, signal)
    onPart({ text: STRAIGHT_ON, tokenIds: answer.tokenIds })
    return { ...answer, text: STRAIGHT_ON, finish: 'stop' }
  },
  close: () => process.close(),
})

describe('a model process that is killed while it answers', () => {
  let folder = ''
  const tape: TapeRecord[] = []
  let killedNs = 0n

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-killed-'))
    await writeRandomCheckpoint(join(folder, 'checkpoint'), SHAPES.nano, { seed: 7n })
    await compileCheckpoint(join(folder, 'checkpoint'), join(folder, 'bundle'), {})
    const image = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#777' } })
      .jpeg()
      .toBuffer()

    let process: ModelProcess | undefined
    const ending = new AbortController()
    let plans = 0
    await run(
      {
        clock,
        source: straightCar(image),
        tape: { write: (record) => tape.push(record) },
        sinks: [],
        startModel: (onChange) => {
          process = startModelProcess({ bundle: join(folder, 'bundle'), threads: 1, onChange })
          return sayingStraightOn(process)
        },
      },
      {
        config: create(RunConfigSchema, { configJson: canonicalize(CONFIG)! }),
        tickHz: 20,
        signal: ending.signal,
        onOutput: ({ topic }) => {
          if (topic !== '/tasks/plan') return
          plans += 1
          if (plans === 8) {
            killedNs = clock.nowNs()
            process?.kill()
          }
          if (plans === 16) ending.abort()
        },
      },
    )
  }, 120_000)
  afterAll(() => rm(folder, { recursive: true }))

  const read = <S extends Parameters<typeof decode>[0]>(topic: string, schema: S) =>
    tape.filter((record) => record.topic === topic).map(({ payload }) => decode(schema, payload))

  it('is on the tape: started, ready, exited by the signal, started again, ready again', () => {
    const states = read('/model/state', ModelStateSchema)
    const { STARTING, READY, EXITED } = ModelState_State
    expect(states.map(({ state }) => state)).toEqual([STARTING, READY, EXITED, STARTING, READY])
    expect(states.map(({ starts }) => starts)).toEqual([1, 1, 1, 2, 2])
    expect(states[2]?.detail).toBe('SIGKILL')
    expect(read('/pipeline/fault', FaultSchema).map(({ code }) => code)).toContain('process-exited')
  })

  it('leaves no verdict to a plan that is older than it may be', () => {
    const verdicts = read('/planners/verdict', VerdictSchema)
    for (const { decision, planAgeS } of verdicts) {
      if (planAgeS !== undefined && planAgeS > 1) expect(decision).toBe(Verdict_Decision.MINIMAL_RISK_STOP)
    }
    // Killed with a plan that was let through; stopped within planMaxAge and a tick of its reference time; resumed.
    const after = verdicts.filter(({ timeNs }) => timeNs > killedNs).map(({ decision }) => decision)
    const stop = after.indexOf(Verdict_Decision.MINIMAL_RISK_STOP)
    expect(after[0]).toBe(Verdict_Decision.PLAN)
    expect(after.lastIndexOf(Verdict_Decision.PLAN)).toBeGreaterThan(stop)
  })

  it('replays, death and all', async () => {
    const comparison = createComparison()
    const records = (async function* () {
      yield* tape
    })()
    const report = await replay({ records, comparison })
    expect(report.events).toBeGreaterThan(100)
    expect(comparison.finish()).toMatchObject({ same: true })
  })
})
