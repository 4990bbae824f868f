import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { openTape } from '#log'
import {
  CompressedImageSchema,
  cameraTopic,
  decode,
  EgoStateSchema,
  encode,
  type TapeRecord,
  timestampFromNs,
  VIEWS,
} from '#messages'
import { openWireSource, type Reception, rigSensors } from '#sensors'
import { OUTRIDER } from '../../test/oracles.ts'
import { createSystemClock } from './system-clock.ts'

const run = promisify(execFile)
const clock = createSystemClock()
const STAMP_NS = 1_532_402_927_604_844_000n
const SPREAD_NS = 8_600_000n

/** One keyframe: six cameras one after the other, and an ego pose with each, at 10 m/s along x. */
const writeKeyframe = async (folder: string): Promise<{ path: string; jpeg: Buffer }> => {
  const jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#357' } })
    .jpeg()
    .toBuffer()
  const path = join(folder, 'one-frame.mcap')
  const tape = await openTape(path)
  const record = (topic: string, sequence: number, stampNs: bigint, payload: Uint8Array): TapeRecord => ({
    topic,
    logTimeNs: stampNs + (topic === '/sensors/ego' ? 0n : 1n),
    publishTimeNs: stampNs,
    sequence,
    payload,
  })
  for (const [index, view] of VIEWS.entries()) {
    const stampNs = STAMP_NS + BigInt(index) * SPREAD_NS
    const x = Number(stampNs - STAMP_NS) / 1e8
    const ego = { position: { x, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } }
    const image = { timestamp: timestampFromNs(stampNs), frameId: `camera/${view}`, format: 'jpeg', data: jpeg }
    tape.write(
      record('/sensors/ego', index, stampNs, encode(EgoStateSchema, { captureTimeNs: stampNs, poseInMap: ego })),
    )
    tape.write(record(cameraTopic(view), 0, stampNs, encode(CompressedImageSchema, image)))
  }
  await tape.close()
  return { path, jpeg }
}

describe('outrider play', () => {
  it('makes a drive of one keyframe for whoever listens, ends by itself and says what it sent', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'play-'))
    const { path, jpeg } = await writeKeyframe(folder)
    const address = `ipc://${folder}/car.sock`
    const playing = run(process.execPath, [
      ...OUTRIDER,
      'play',
      path,
      '--loop',
      '4',
      '--period',
      '500ms',
      '--to',
      address,
      '--json',
    ])
    const cameras = VIEWS.map((view) => ({ view, width: 64, height: 48, timeOffsetMs: 0 }))
    const source = openWireSource({ address, sensors: rigSensors(cameras), clock })
    const receptions: Reception[] = []
    await source.start((reception) => receptions.push(reception))
    const { stdout } = await playing
    const summary = JSON.parse(stdout)
    const total = Object.values<number>(summary.sent).reduce((sum, count) => sum + count, 0)
    const messages = receptions.flatMap((reception) => (reception.kind === 'message' ? [reception] : []))
    while (messages.length < total) await new Promise((resolve) => setTimeout(resolve, 5))
    await source.close()

    expect(summary).toMatchObject({
      lost: 0,
      sent: Object.fromEntries(cameras.map(({ view }) => [cameraTopic(view), 4])),
    })
    expect(messages).toHaveLength(total)
    expect(
      receptions.filter(({ kind }) => kind === 'fault').map((fault) => 'fault' in fault && fault.fault.code),
    ).toEqual(receptions.some(({ kind }) => kind === 'fault') ? ['sender-disconnected'] : [])
    const firstNs = messages[0]?.captureTimeNs as bigint
    for (const [index, view] of VIEWS.entries()) {
      const frames = messages.filter(({ topic }) => topic === cameraTopic(view))
      const expected = [0n, 1n, 2n, 3n].map((turn) => firstNs + BigInt(index) * SPREAD_NS + turn * 500_000_000n)
      expect(frames.map(({ captureTimeNs }) => captureTimeNs)).toEqual(expected)
      for (const { payload } of frames) expect(Buffer.from(decode(CompressedImageSchema, payload).data)).toEqual(jpeg)
    }
    const states = messages.filter(({ topic }) => topic === '/sensors/ego')
    for (const { payload, captureTimeNs } of states) {
      const x = decode(EgoStateSchema, payload).poseInMap?.position?.x
      expect(x).toBeCloseTo(Number(captureTimeNs - firstNs) / 1e8, 3)
    }
    const gapsMs = states
      .slice(1)
      .map(({ captureTimeNs }, index) => Number(captureTimeNs - (states[index]?.captureTimeNs ?? 0n)) / 1e6)
    expect(Math.max(...gapsMs)).toBeLessThan(75)
  })

  it.each([
    ['a rate of nothing', ['--rate', '0'], 'PLAY_FLAG'],
    ['half a turn', ['--loop', '1.5'], 'PLAY_FLAG'],
    ['an address that is none', ['--to', 'car.sock'], 'WIRE_ADDRESS'],
    ['a loop without a period', ['--loop', '2'], 'PLAY_PERIOD'],
  ])('exits 2 on %s', async (_what, flags, code) => {
    const { path } = await writeKeyframe(mkdtempSync(join(tmpdir(), 'play-')))
    const args = [...OUTRIDER, 'play', path, '--to', 'ipc:///tmp/nobody.sock', '--json', ...flags]
    const failure = await run(process.execPath, args).catch((error) => error)
    expect(failure.code).toBe(2)
    expect(JSON.parse(failure.stdout).error.code).toBe(code)
  })
})
