import { describe, expect, it } from 'vitest'
import {
  CompressedImageSchema,
  decode,
  EgoStateSchema,
  encode,
  nsFromTimestamp,
  RouteCommandSchema,
  type TapeRecord,
  TickSchema,
  timestampFromNs,
} from '#messages'
import { type PlayOptions, play } from './play.ts'

const FIRST_NS = 1_532_402_927_600_000_000n
const BEGIN_NS = 1_800_000_000_000_000_000n
const ms = (value: number): bigint => BigInt(Math.round(value * 1e6))

/** A message captured `stampMs` after the first, on the tape `lateMs` later. */
const record = (topic: string, payload: (stampNs: bigint) => Uint8Array, stampMs: number, lateMs = 0): TapeRecord => ({
  topic,
  logTimeNs: FIRST_NS + ms(stampMs + lateMs),
  publishTimeNs: FIRST_NS + ms(stampMs),
  sequence: 0,
  payload: payload(FIRST_NS + ms(stampMs)),
})
const image = (stampNs: bigint): Uint8Array =>
  encode(CompressedImageSchema, {
    timestamp: timestampFromNs(stampNs),
    frameId: 'camera/front',
    format: 'jpeg',
    data: Uint8Array.of(1, 2, 3),
  })
const ego = (stampNs: bigint): Uint8Array =>
  encode(EgoStateSchema, {
    captureTimeNs: stampNs,
    poseInMap: { position: { x: 5, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
    velocityInEgoMps: { x: 10, y: 0, z: 0 },
  })
const route = (captureTimeNs: bigint): Uint8Array => encode(RouteCommandSchema, { captureTimeNs, distanceM: 40 })

interface Sent {
  readonly topic: string
  /** When it was sent, after the beginning; ms. */
  readonly atMs: number
  readonly payload: Uint8Array
}

/** Plays to a reader that keeps what it gets; time passes only while play waits. */
const playTo = async (
  tape: readonly TapeRecord[],
  options: Partial<PlayOptions> = {},
  publish: () => boolean = () => true,
) => {
  const sent: Sent[] = []
  let nowNs = 0n
  const summary = await play(
    {
      async *readRecords() {
        yield* tape
      },
      begin: async () => BEGIN_NS,
      waitUntil: async (afterBeginNs) => {
        if (afterBeginNs > nowNs) nowNs = afterBeginNs
      },
      publish: async (topic, payload) => {
        if (!publish()) return false
        sent.push({ topic, atMs: Number(nowNs) / 1e6, payload })
        return true
      },
    },
    { rate: 1, loops: 1, originalStamps: false, ...options },
  )
  return { sent, summary }
}

/** After the beginning; ms. */
const stampMs = ({ topic, payload }: Sent): number => {
  const stampNs =
    topic === '/sensors/camera/front'
      ? nsFromTimestamp(decode(CompressedImageSchema, payload).timestamp)
      : topic === '/sensors/ego'
        ? decode(EgoStateSchema, payload).captureTimeNs
        : decode(RouteCommandSchema, payload).captureTimeNs
  return Number(stampNs - BEGIN_NS) / 1e6
}

const DRIVE = [
  record('/sensors/camera/front', image, 0, 20),
  record('/pipeline/tick', () => encode(TickSchema, { number: 1n }), 5, 20),
  record('/sensors/ego', ego, 15, 10),
  record('/sensors/route', route, 40, 0),
]

describe('play', () => {
  it('sends the sensor topics in the order and with the spacing of the tape, and nothing else', async () => {
    const { sent, summary } = await playTo(DRIVE)
    expect(sent.map(({ topic }) => topic)).toEqual(['/sensors/camera/front', '/sensors/ego', '/sensors/route'])
    // 20 ms is the most that any stamp is ahead of the first one's arrival: the route's.
    expect(sent.map(({ atMs }) => atMs)).toEqual([20, 25, 40])
    expect(summary).toEqual({
      sent: { '/sensors/camera/front': 1, '/sensors/ego': 1, '/sensors/route': 1 },
      madeUpEgoStates: 0,
      lost: 0,
    })
  })

  it('counts stamps from the beginning, inside the messages too, and never sends one before its stamp', async () => {
    const { sent } = await playTo(DRIVE)
    expect(sent.map(stampMs)).toEqual([0, 15, 40])
    for (const message of sent) expect(message.atMs).toBeGreaterThanOrEqual(stampMs(message))
    expect(decode(CompressedImageSchema, (sent[0] as Sent).payload)).toMatchObject({
      frameId: 'camera/front',
      data: Uint8Array.of(1, 2, 3),
    })
    expect(decode(RouteCommandSchema, (sent[2] as Sent).payload).distanceM).toBe(40)
  })

  it('is faster at a higher rate, in its stamps as in its spacing', async () => {
    const { sent } = await playTo(DRIVE, { rate: 4 })
    expect(sent.map(({ atMs }) => atMs)).toEqual([5, 6.25, 10])
    expect(sent.map(stampMs)).toEqual([0, 3.75, 10])
  })

  it('waits for nothing at rate max', async () => {
    const { sent } = await playTo(DRIVE, { rate: 'max' })
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 0, 0])
    expect(sent.map(stampMs)).toEqual([0, 15, 40])
  })

  it('sends the very bytes of the tape with original stamps', async () => {
    const { sent } = await playTo(DRIVE, { originalStamps: true })
    expect(sent.map(({ payload }) => payload)).toEqual(
      [DRIVE[0], DRIVE[2], DRIVE[3]].map((message) => (message as TapeRecord).payload),
    )
  })

  it('keeps fields that it does not know', async () => {
    const unknown = Uint8Array.of(0xfa, 0x3e, 1, 7)
    const withUnknown = (stampNs: bigint): Uint8Array => Buffer.concat([image(stampNs), unknown])
    const { sent } = await playTo([record('/sensors/camera/front', withUnknown, 0)])
    expect((sent[0] as Sent).payload.subarray(-unknown.length)).toEqual(unknown)
  })

  it('makes a drive of one frame: stamps a period later each turn, poses that go on, ego state at 20 Hz', async () => {
    const { sent, summary } = await playTo(
      [record('/sensors/camera/front', image, 0), record('/sensors/ego', ego, 0)],
      {
        loops: 3,
        periodNs: ms(500),
      },
    )
    const frames = sent.filter(({ topic }) => topic === '/sensors/camera/front')
    expect(frames.map(stampMs)).toEqual([0, 500, 1000])
    const states = sent.filter(({ topic }) => topic === '/sensors/ego')
    expect(states.map(stampMs)).toEqual(Array.from({ length: 30 }, (_, index) => index * 50))
    for (const state of states) {
      const { poseInMap, velocityInEgoMps } = decode(EgoStateSchema, state.payload)
      expect(poseInMap?.position?.x).toBeCloseTo(5 + stampMs(state) / 100, 9)
      expect(velocityInEgoMps?.x).toBe(10)
    }
    expect(sent.map(({ atMs }) => atMs)).toEqual([...sent.map(({ atMs }) => atMs)].sort((a, b) => a - b))
    expect(summary.madeUpEgoStates).toBe(27)
  })

  it('counts what the reader was too slow for', async () => {
    const taken = [true, false, true]
    const { sent, summary } = await playTo(DRIVE, {}, () => taken.shift() === true)
    expect(sent).toHaveLength(2)
    expect(summary.lost).toBe(1)
  })

  it.each([
    ['a tape without sensor messages', DRIVE.slice(1, 2), {}, 'TAPE_WITHOUT_SENSORS'],
    ['a loop without a period', DRIVE, { loops: 2 }, 'PLAY_PERIOD'],
    ['a period shorter than the tape', DRIVE, { loops: 2, periodNs: ms(39) }, 'PLAY_PERIOD'],
  ])('refuses %s', async (_what, tape, options, code) => {
    await expect(playTo(tape, options)).rejects.toMatchObject({ code })
  })
})
