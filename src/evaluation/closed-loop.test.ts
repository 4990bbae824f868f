import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseRig } from '#calibration'
import { openTape, readTape, verifyTape } from '#log'
import { decode, FaultSchema, RunConfigSchema, type TapeRecord } from '#messages'
import { pipelineConfig } from '#pipeline'
import { createComparison, replay } from '#replay'
import { createSimulation, STEP_S, unsteered, worldOf } from '#simulator'
import { ROOT } from '../../test/oracles.ts'
import { blindfoldedRig } from './closed-loop/blindfolded-rig.ts'
import { constantVelocityPlanner } from './closed-loop/constant-velocity-planner.ts'
import { expertPlanner } from './closed-loop/expert-planner.ts'
import type { ClosedLoopPlanner, LoopStep } from './closed-loop/planner.ts'
import { standInPlanner } from './closed-loop/stand-in-planner.ts'
import { runClosedLoop } from './closed-loop.ts'

const rig = blindfoldedRig(parseRig(readFileSync(`${ROOT}examples/nano/nano.rig.yaml`, 'utf8')))
const config = create(RunConfigSchema, { configJson: JSON.stringify(pipelineConfig.parse({ rig })) })
const world = worldOf({ family: 'serpentine', seed: 1 })
const LATENCY_MS = 130
const MS = 1_000_000n

interface Driven {
  readonly records: readonly TapeRecord[]
  readonly steps: readonly LoopStep[]
  readonly reason: string
}

/** 1 s of warm-up, then the planner. */
const drive = async (planner: ClosedLoopPlanner, durationS: number, write = (_: TapeRecord) => {}): Promise<Driven> => {
  const records: TapeRecord[] = []
  const steps: LoopStep[] = []
  const reason = await runClosedLoop(
    {
      world,
      simulation: createSimulation({ world, rig }),
      planner,
      tape: {
        write(record) {
          records.push(record)
          write(record)
        },
      },
      onStep: (step) => {
        steps.push(step)
        return undefined
      },
    },
    { config, tickHz: 20, latencyMs: LATENCY_MS, warmUpS: 1, durationS },
  )
  return { records, steps, reason }
}

const stopPlanner = (): ClosedLoopPlanner =>
  standInPlanner('stop', ({ frameSet }) => {
    const speedMps = frameSet.egoHistory.find(({ timeS }) => timeS === 0)?.speedMps ?? 0
    // 3 m/s^2, seen from where it is now.
    const poses = Array.from({ length: 8 }, (_, index) => {
      const timeS = Math.min((index + 1) / 2, speedMps / 3)
      return { xM: speedMps * timeS - 1.5 * timeS ** 2, yM: 0, headingRad: 0 }
    })
    return { poses, reason: 'It stops.' }
  })

describe('the closed loop', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-loop-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('gives the same tape for the same world and planner, byte for byte, and the tape replays', async () => {
    const paths = ['a.mcap', 'b.mcap'].map((name) => join(folder, name))
    for (const path of paths) {
      const tape = await openTape(path)
      await drive(expertPlanner(world, rig.vehicle), 1.5, tape.write)
      await tape.close()
    }
    const [first, second] = await Promise.all(paths.map((path) => readFile(path)))
    expect(first!.equals(second!)).toBe(true)
    expect((await verifyTape(paths[0]!)).damaged).toEqual([])
    const comparison = createComparison()
    await replay({ records: readTape(paths[0]!), comparison })
    expect(comparison.finish()).toMatchObject({ same: true, diverged: 0 })
  })

  it('answers a question as much later as was said, in simulated time', async () => {
    const { records } = await drive(constantVelocityPlanner(), 1)
    const at = (topic: string): bigint[] => records.filter((one) => one.topic === topic).map((one) => one.logTimeNs)
    const [asked, answered] = [at('/model/request'), at('/model/answer')]
    expect(answered.length).toBeGreaterThan(3)
    const latenesses = answered.map((timeNs, index) => Math.round(Number(timeNs - asked[index]!) / 1e6))
    expect(new Set(latenesses)).toEqual(new Set([LATENCY_MS]))
  })

  it("lets the world's own driver warm it up, then goes where the plan leads", async () => {
    const { steps, reason } = await drive(stopPlanner(), 7)
    const free = await drive(expertPlanner(world, rig.vehicle), 0.5)
    const warm = steps.filter(({ handedOver }) => !handedOver)
    expect(warm).toHaveLength(20)
    expect(warm.map(({ moment }) => moment.ego)).toEqual(free.steps.slice(0, 20).map(({ moment }) => moment.ego))
    expect(warm.at(-1)!.moment.ego.speedMps).toBeGreaterThan(4)
    // Planned anew each time, a stop comes to its end slowly.
    expect(steps.at(-1)!.moment.ego.speedMps).toBeLessThan(0.5)
    expect(reason).toBe('duration reached')
  })

  it("stays near the world's own driver when that driver is the planner", async () => {
    const { steps } = await drive(expertPlanner(world, rig.vehicle), 4)
    const course = unsteered(world.begin(rig.vehicle), (steps.length - 1) * STEP_S).at(-1)!
    const [ours, free] = [steps.at(-1)!.moment.ego.pose, course.moment.ego.pose]
    expect(Math.hypot(ours.xM - free.xM, ours.yM - free.yM)).toBeLessThan(6)
    expect(Math.abs(steps.at(-1)!.moment.egoPlan.lateralM)).toBeLessThan(0.5)
  })

  it('goes on when the planner fails, and says so on the tape', async () => {
    const broken: ClosedLoopPlanner = {
      ...constantVelocityPlanner(),
      answer: () => Promise.reject(Object.assign(new Error('no memory'), { code: 'OUT' })),
    }
    const { records, steps, reason } = await drive(broken, 1)
    const faults = records
      .filter(({ topic }) => topic === '/pipeline/fault')
      .map((one) => decode(FaultSchema, one.payload))
    expect(faults).toContainEqual(expect.objectContaining({ source: 'model', code: 'answer-failed' }))
    expect(reason).toBe('duration reached')
    expect(steps.at(-1)!.moment.ego.speedMps).toBeLessThan(steps[20]!.moment.ego.speedMps)
  })

  it('ends when whoever watches says so', async () => {
    const records: TapeRecord[] = []
    const reason = await runClosedLoop(
      {
        world,
        simulation: createSimulation({ world, rig }),
        planner: constantVelocityPlanner(),
        tape: { write: (record) => records.push(record) },
        onStep: ({ moment }) => (moment.timeS > 0.5 ? 'seen enough' : undefined),
      },
      { config, tickHz: 20, latencyMs: LATENCY_MS, warmUpS: 1, durationS: 30 },
    )
    expect(reason).toBe('seen enough')
    expect(records.at(-1)?.topic).toBe('/pipeline/digest')
    expect(records.at(-1)!.logTimeNs - world.beginNs).toBeLessThan(600n * MS)
  })

  it('writes what the world says of itself, and nothing of the wall clock', async () => {
    const topics = new Set((await drive(constantVelocityPlanner(), 0.5)).records.map(({ topic }) => topic))
    expect(topics).toContain('/ground-truth/agents')
    expect(topics).not.toContain('/pipeline/stage-timing')
  })
})
