// The closed loop as a user runs it: with a real model process in lockstep, and with a real drive over sockets.
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readTape } from '#log'
import { decode, EgoStateSchema, Verdict_Decision, VerdictSchema } from '#messages'
import { OUTRIDER, ROOT } from './oracles.ts'

const exec = promisify(execFile)
const RIG = `${ROOT}examples/nano/nano.rig.yaml`

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `outrider` to its end, whatever the exit code. */
const outrider = (...args: string[]): Promise<Ended> =>
  exec(process.execPath, [...OUTRIDER, ...args], { maxBuffer: 1 << 26, timeout: 110_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )

describe('the closed loop', () => {
  let folder = ''
  let bundle = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-closed-'))
    bundle = join(folder, 'bundle')
    await outrider('random-checkpoint', '--shape', 'nano', '--seed', '3', '--out', join(folder, 'checkpoint'))
    expect((await outrider('compile', join(folder, 'checkpoint'), bundle, '--json')).code).toBe(0)
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('with a model gives the same tape twice, which replays and whose answers come out again', async () => {
    const tapes = ['a.mcap', 'b.mcap'].map((name) => join(folder, name))
    const flags = ['--closed-loop', '--scenario', 'serpentine', '--seed', '2', '--bundle', bundle, '--seconds', '1']
    for (const out of tapes) {
      const { code, stdout } = await outrider('simulate', ...flags, '--model-latency', '700ms', '--out', out, '--json')
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ planner: 'model', latencyMs: 700, end: 'time', drivenS: 1 })
    }
    const [first, second] = await Promise.all(tapes.map((tape) => readFile(tape)))
    expect(first!.equals(second!)).toBe(true)
    const again = await outrider('replay', tapes[0]!, '--check', '--answers', 'recompute', '--bundle', bundle, '--json')
    const { result, recompute } = JSON.parse(again.stdout)
    expect(result).toBe('same')
    expect(recompute.answers).toBeGreaterThan(3)
    expect(recompute.differences).toEqual([])
  })

  it('drives a suite, keeps the tapes and replays them, and does not drive again what is there', async () => {
    const suite = join(folder, 'suite.json')
    const scenarios = [
      { family: 'serpentine', seed: 1 },
      { family: 'town', seed: 1 },
    ]
    const modelLatency = { p50Ms: 200, measured: 'nowhere' }
    await writeFile(suite, JSON.stringify({ name: 'short', about: '', seconds: 1, modelLatency, scenarios }))
    const run = () =>
      outrider(
        ...['evaluate', 'closed-loop', '--suite', suite, '--planner', 'idm', '--tapes'],
        ...['--results', join(folder, 'results'), '--json'],
      )
    const { code, stdout } = await run()
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ suite: 'short', planner: 'idm', latencyMs: 200, replayed: { drives: 2, same: 2 } })
    expect(report.all).toMatchObject({ drives: 2, collisionsAtFault: 0, leftRoad: 0 })
    // With how long each took.
    expect(JSON.parse((await run()).stdout)).toEqual(report)
  })

  it.each([
    { name: 'no model', flags: ['--closed-loop'], code: 'CLOSED_LOOP_FLAG' },
    { name: 'a planner that nobody knows', flags: ['--closed-loop', '--planner', 'magic'], code: 'CLOSED_LOOP_FLAG' },
    {
      name: 'a blind planner without weights',
      flags: ['--closed-loop', '--planner', 'blind'],
      code: 'CLOSED_LOOP_FLAG',
    },
    { name: 'a live world that nobody is told of', flags: ['--live'], code: 'SIMULATE_FLAG' },
  ])('does not begin with $name', async ({ flags, code }) => {
    const ended = await outrider('simulate', '--scenario', 'serpentine', ...flags, '--json')
    expect(ended.code).toBe(2)
    expect(JSON.parse(ended.stdout).error.code).toBe(code)
  })

  it('over sockets goes where the verdicts of a real drive lead: random plans are refused, and the car stops', async () => {
    const [sensors, publish] = ['car', 'out'].map((name) => `ipc://${join(folder, name)}.sock`) as [string, string]
    const tape = join(folder, 'live.mcap')
    const flags = ['--rig', RIG, '--bundle', bundle, '--sensors', sensors, '--publish', publish, '--out', tape]
    const driver = spawn(process.execPath, [...OUTRIDER, 'drive', ...flags, '--json'], { stdio: 'ignore' })
    const exited = new Promise<number | null>((resolve) => driver.once('exit', resolve))
    const { code, stdout } = await outrider(
      ...['simulate', '--live', '--scenario', 'serpentine', '--seed', '1', '--seconds', '9'],
      ...['--rig', RIG, '--to', sensors, '--verdicts', publish, '--json'],
    )
    driver.kill('SIGINT')
    expect(await exited).toBe(0)
    expect(code).toBe(0)
    const world = JSON.parse(stdout)
    expect(world.handedOverS).toBeGreaterThanOrEqual(4)
    // How many reach it in nine seconds is the machine's affair.
    expect(world.score.interventions.stopVerdicts).toBeGreaterThan(3)

    // The drive's own tape: how fast the car was, and what it had been told.
    const speeds: number[] = []
    let stops = 0
    for await (const { topic, payload } of readTape(tape)) {
      if (topic === '/sensors/ego') speeds.push(decode(EgoStateSchema, payload).velocityInEgoMps?.x ?? Number.NaN)
      if (topic !== '/planners/verdict') continue
      if (decode(VerdictSchema, payload).decision === Verdict_Decision.MINIMAL_RISK_STOP) stops += 1
    }
    expect(stops).toBeGreaterThan(3)
    // The world's own driver goes on at 7 m/s and more there.
    expect(Math.max(...speeds)).toBeGreaterThan(5)
    expect(speeds.at(-1)).toBeLessThan(1)
    expect(world.endSpeedMps).toBeLessThan(1)
  })
})
