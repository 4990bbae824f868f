// The whole of it in processes of their own: six cameras over sockets, a model, a tape, and independent readers of that tape.
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OUTRIDER, pythonOrSkip, ROOT, sharedOrSkip } from './oracles.ts'

const exec = promisify(execFile)
const TOWN = `${ROOT}examples/town/town.mcap`
const TOWN_RIG = `${ROOT}examples/town/town.rig.yaml`
const KEYFRAME_LOOP = ['--loop', '60', '--period', '500ms']
const TOWN_LOOP = ['--loop', '60', '--period', '10s']

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `outrider` to its end, whatever the exit code. */
const outrider = (...args: string[]): Promise<Ended> =>
  exec(process.execPath, [...OUTRIDER, ...args], { maxBuffer: 1 << 26, timeout: 90_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )

/** A car beside the drive, until `end`: its tape loops for longer than any test. */
const startPlayer = (address: string, tape: string, loop: readonly string[]) => {
  const child = spawn(process.execPath, [...OUTRIDER, 'play', tape, '--to', address, ...loop], { stdio: 'ignore' })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    async end(): Promise<number | null> {
      child.kill('SIGINT')
      return exited
    },
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

describe('six cameras to a verdict', () => {
  let folder = ''
  let bundle = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-drive-'))
    bundle = join(folder, 'bundle')
    await outrider('random-checkpoint', '--shape', 'nano', '--seed', '3', '--out', join(folder, 'checkpoint'))
    expect((await outrider('compile', join(folder, 'checkpoint'), bundle, '--json')).code).toBe(0)
  })
  afterAll(() => rm(folder, { recursive: true }))

  interface Trip {
    readonly address: string
    readonly tape: string
    readonly rig: string
    readonly loop: readonly string[]
    readonly duration: string
  }

  /** `drive` and `play` side by side, as on a car; gives the tape. */
  const driveTape = async (name: string, { address, tape, rig, loop, duration }: Trip) => {
    const out = join(folder, `${name}.mcap`)
    const player = startPlayer(address, tape, loop)
    const driven = await outrider(
      ...['drive', '--rig', rig, '--bundle', bundle, '--sensors', address, '--out', out, '--for', duration, '--json'],
    )
    expect(driven.stderr).not.toMatch(/bug in Outrider/)
    expect(driven.code).toBe(0)
    expect(await player.end()).toBe(0)
    return { out, driven: JSON.parse(driven.stdout) }
  }

  describe('over ipc, in a made-up town', () => {
    let tape = ''
    let driven: { planning: { plans: number; requests: number }; messages: number }
    beforeAll(async () => {
      const ran = await driveTape('ipc', {
        address: `ipc://${join(folder, 'car.sock')}`,
        tape: TOWN,
        rig: TOWN_RIG,
        loop: TOWN_LOOP,
        duration: '15s',
      })
      tape = ran.out
      driven = ran.driven
    })

    it('makes plans, however random the weights', () => {
      expect(driven.planning.plans).toBeGreaterThan(0)
    })

    it('replays byte for byte, and two replays are one file', async () => {
      const checked = await outrider('replay', tape, '--check', '--json')
      expect(JSON.parse(checked.stdout)).toMatchObject({ result: 'same', comparison: { diverged: 0 } })
      expect(checked.code).toBe(0)
      const [first, second] = [join(folder, 'r1.mcap'), join(folder, 'r2.mcap')]
      for (const out of [first, second]) expect((await outrider('replay', tape, '--out', out)).code).toBe(0)
      expect((await readFile(first)).equals(await readFile(second))).toBe(true)
    })

    it('makes the same tokens when the model runs again', async () => {
      const again = await outrider('replay', tape, '--answers', 'recompute', '--bundle', bundle, '--json')
      const { result, recompute } = JSON.parse(again.stdout)
      expect(recompute.answers).toBeGreaterThan(0)
      expect(recompute.differences).toEqual([])
      expect(result).toBe('same')
    })

    it('runs with another model, whose drive is a tape of its own', async () => {
      const other = join(folder, 'other')
      await outrider('random-checkpoint', '--shape', 'nano', '--seed', '4', '--out', join(folder, 'checkpoint-4'))
      await outrider('compile', join(folder, 'checkpoint-4'), other, '--json')
      const out = join(folder, 'other.mcap')
      const picture = join(folder, 'other.svg')
      const flags = ['--answers', 'other', '--bundle', other, '--out', out, '--picture', picture, '--json']
      const { ab } = JSON.parse((await outrider('replay', tape, ...flags)).stdout)
      expect(ab.plans.paired).toBeGreaterThan(0)
      expect(ab.apart + ab.otherAction).toBeGreaterThan(0)
      expect(await readFile(picture, 'utf8')).toMatch(/<polyline/)
      expect((await outrider('replay', out, '--check')).code).toBe(0)
    })

    it('is found damaged when one byte is flipped', async () => {
      const bytes = await readFile(tape)
      bytes[bytes.length >> 1]! ^= 0x10
      const flipped = join(folder, 'flipped.mcap')
      await writeFile(flipped, bytes)
      const { code, stdout } = await outrider('replay', flipped, '--check', '--json')
      expect(JSON.parse(stdout).result).toBe('damaged')
      expect(code).toBe(1)
    })

    it('is inspected as one JSON object', async () => {
      const { stdout } = await outrider('inspect', tape, '--json')
      const { topics, planning, faults, stages } = JSON.parse(stdout)
      const counts = Object.fromEntries(
        topics.map((row: { topic: string; messages: number }) => [row.topic, row.messages]),
      )
      for (const view of ['front', 'front_left', 'front_right', 'back', 'back_left', 'back_right']) {
        expect(counts[`/sensors/camera/${view}`]).toBeGreaterThan(5)
      }
      expect(planning).toMatchObject({ requests: driven.planning.requests, plans: driven.planning.plans })
      expect(faults.length).toBeGreaterThan(0)
      expect(stages.map(({ stage }: { stage: string }) => stage)).toEqual(
        expect.arrayContaining(['fusion', 'planners', 'sensors/admission', 'model/prefill', 'model/decode']),
      )
    })

    it('is decoded by Python to the last topic, and its doctor finds nothing wrong', async (context) => {
      const python = pythonOrSkip(context)
      const { stdout } = await exec(python, [`${ROOT}test/python/read_tape.py`, tape], { maxBuffer: 1 << 26 })
      expect(stdout).toContain('/planners/verdict')
      const doctor = await exec(join(python, '../pymcap-cli'), ['doctor', tape])
      const said = `${doctor.stdout}${doctor.stderr}`
      expect(said).toContain('passed MCAP doctor checks')
      expect(said).not.toMatch(/warning/i)
    })

    it('opens in Rerun with its cameras', async (context) => {
      const python = pythonOrSkip(context)
      const out = join(folder, 'drive.rrd')
      await exec(join(python, '../rerun'), ['mcap', 'convert', tape, '-o', out])
      const { stdout } = await exec(join(python, '../rerun'), ['rrd', 'print', out], { maxBuffer: 1 << 28 })
      for (const view of ['front', 'front_left', 'front_right', 'back', 'back_left', 'back_right']) {
        expect(stdout).toContain(`/sensors/camera/${view}`)
        expect(stdout).toContain(`/calibration/${view}`)
      }
    })
  })

  it('goes over tcp, and whoever subscribes reads the verdicts', async (context) => {
    const python = pythonOrSkip(context)
    const [sensors, publish] = [`tcp://127.0.0.1:${await freePort()}`, `tcp://127.0.0.1:${await freePort()}`]
    const reader = exec(python, [`${ROOT}examples/python-driver/read_verdicts.py`, publish, '20'], { timeout: 60_000 })
    const out = join(folder, 'tcp.mcap')
    const player = startPlayer(sensors, TOWN, TOWN_LOOP)
    const flags = ['--sensors', sensors, '--publish', publish, '--out', out, '--for', '5s', '--json']
    expect((await outrider('drive', '--rig', TOWN_RIG, '--bundle', bundle, ...flags)).code).toBe(0)
    await player.end()
    expect((await reader).stdout).toMatch(/verdict/)
    expect((await outrider('replay', out, '--check')).code).toBe(0)
  })

  it('takes real cameras: one nuScenes keyframe, looped, is a drive', async (context) => {
    const data = sharedOrSkip(context, 'data/nuscenes-one-frame')
    const tape = join(folder, 'a.mcap')
    expect((await outrider('import', 'nuscenes', data, '--out', tape)).code).toBe(0)
    const address = `ipc://${join(folder, 'nuscenes.sock')}`
    // A plan about six large pictures takes a second alone, and many beside other tests.
    const trip = { address, tape, rig: join(folder, 'a.rig.yaml'), loop: KEYFRAME_LOOP, duration: '40s' }
    const { out, driven } = await driveTape('nuscenes', trip)
    expect(driven.planning.plans).toBeGreaterThan(0)
    expect((await outrider('replay', out, '--check')).code).toBe(0)
  })

  it('leaves a tape that reads and replays to its last whole chunk when it is killed', async () => {
    const address = `ipc://${join(folder, 'killed.sock')}`
    const out = join(folder, 'killed.mcap')
    const player = startPlayer(address, TOWN, TOWN_LOOP)
    const flags = ['--rig', TOWN_RIG, '--bundle', bundle, '--sensors', address, '--out', out, '--json']
    const driver = spawn(process.execPath, [...OUTRIDER, 'drive', ...flags], { stdio: 'ignore' })
    const exited = new Promise((resolve) => driver.once('exit', resolve))
    await expect
      .poll(async () => existsSync(out) && (await readFile(out)).length, { timeout: 60_000 })
      .toBeGreaterThan(1e6)
    driver.kill('SIGKILL')
    await exited
    await player.end()
    const { code, stdout } = await outrider('replay', out, '--check', '--json')
    const { result, verification, events } = JSON.parse(stdout)
    expect({ code, result, complete: verification.complete }).toEqual({ code: 0, result: 'same', complete: false })
    expect(events).toBeGreaterThan(20)
  })

  it.each([
    { name: 'a rig that is not there', flags: ['--rig', '/nowhere.yaml'], code: 'RIG_UNREADABLE' },
    { name: 'a bundle that is none', flags: ['--bundle', '/nowhere'], code: /BUNDLE/ },
    { name: 'an address that is none', flags: ['--sensors', 'car.sock'], code: 'WIRE_ADDRESS' },
    { name: 'a duration without a unit', flags: ['--for', '20'], code: 'DURATION_INVALID' },
  ])('does not begin with $name, and says what was expected', async ({ flags, code }) => {
    const usual = ['--rig', TOWN_RIG, '--bundle', bundle, '--sensors', `ipc://${join(folder, 'none.sock')}`]
    const ended = await outrider('drive', ...usual, '--out', join(folder, 'none.mcap'), ...flags, '--json')
    expect(ended.code).toBe(2)
    expect(JSON.parse(ended.stdout).error.code).toMatch(code)
    expect(ended.stderr).toMatch(/expected .* found /)
  })
})
