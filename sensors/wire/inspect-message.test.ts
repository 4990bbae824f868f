import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode, WireHeaderSchema } from '#messages'
import { rigSensors } from '../rig-sensors.ts'
import type { Occurrence } from './fault-fold.ts'
import { createInspector } from './inspect-message.ts'
import { WIRE_LIMITS } from './limits.ts'
import { cameraPayload, egoPayload, jpegHeader } from './testing/sample-messages.ts'

const STAMP_NS = 1_532_402_927_612_460_123n
const sensors = rigSensors([{ view: 'front', width: 64, height: 48, timeOffsetMs: 0 }])
const header = (sequence: bigint): Uint8Array => encode(WireHeaderSchema, { sequence, sentTimeNs: STAMP_NS })
const message = (topic: string, sequence: bigint, payload: Uint8Array): Uint8Array[] => [
  Buffer.from(topic),
  header(sequence),
  payload,
]

const inspector = (maxBytes = WIRE_LIMITS.maxBytes) => {
  const noted: Occurrence[] = []
  const inspect = createInspector({ sensors, limits: { ...WIRE_LIMITS, maxBytes }, note: (what) => noted.push(what) })
  return { inspect, noted }
}

const EGO = egoPayload(STAMP_NS)

describe('the inspector of messages', () => {
  it('takes a good message, its payload being the very bytes that came', () => {
    const { inspect, noted } = inspector()
    const arrival = inspect(message('/sensors/ego', 7n, EGO))
    expect(arrival).toMatchObject({ captureTimeNs: STAMP_NS, sensor: { topic: '/sensors/ego' } })
    expect(arrival?.payload).toBe(EGO)
    expect(noted).toEqual([])
  })

  it.each<[string, Uint8Array[], Partial<Occurrence>]>([
    ['no part', [], { code: 'message-malformed', topic: '' }],
    [
      'one part',
      [EGO],
      { code: 'message-malformed', topic: '', message: 'expected 3 parts: topic, header, payload; found 1' },
    ],
    ['four parts', [...message('/sensors/ego', 0n, EGO), EGO], { code: 'message-malformed', topic: '' }],
    ['a topic of nobody', message('/weather', 0n, EGO), { code: 'topic-unknown', topic: '' }],
    [
      'a topic of ours that no driver sends',
      message('/planners/verdict', 0n, EGO),
      { code: 'topic-unknown', topic: '' },
    ],
    [
      'a camera that the rig lacks',
      message('/sensors/camera/back', 0n, cameraPayload('back', STAMP_NS)),
      { code: 'topic-unknown' },
    ],
    ['a topic of a kilobyte', message('x'.repeat(1000), 0n, EGO), { code: 'topic-unknown', topic: '' }],
    ['a topic that is no text', [Uint8Array.of(0xff, 0xfe), header(0n), EGO], { code: 'topic-unknown', topic: '' }],
    [
      'a header that does not parse',
      [Buffer.from('/sensors/ego'), Uint8Array.of(0xff), EGO],
      { code: 'message-malformed', topic: '/sensors/ego' },
    ],
    [
      'an empty header',
      [Buffer.from('/sensors/ego'), new Uint8Array(), EGO],
      { code: 'message-malformed', topic: '/sensors/ego' },
    ],
    [
      'a payload of another schema',
      message('/sensors/ego', 0n, cameraPayload('front', STAMP_NS)),
      { code: 'message-malformed' },
    ],
    [
      'a message that is too large',
      message('/sensors/camera/front', 0n, cameraPayload('front', STAMP_NS, jpegHeader(64, 48, 2000))),
      { code: 'message-oversized', topic: '/sensors/camera/front' },
    ],
  ])('refuses %s, once', (_what, parts, expected) => {
    const { inspect, noted } = inspector(2000)
    expect(inspect(parts)).toBeUndefined()
    expect(noted).toEqual([expect.objectContaining({ times: 1, refused: expect.anything(), ...expected })])
  })

  it('never throws and notes just one fault, whatever the bytes', () => {
    const topics = fc.oneof(
      fc.uint8Array(),
      fc.constantFrom(...sensors.keys()).map((topic) => Buffer.from(topic)),
    )
    const headers = fc.oneof(fc.uint8Array(), fc.constant(header(0n)))
    const parts = fc.oneof(fc.array(fc.uint8Array()), fc.tuple(topics, headers, fc.uint8Array({ maxLength: 200 })))
    fc.assert(
      fc.property(parts, (bytes) => {
        const { inspect, noted } = inspector()
        const arrival = inspect(bytes)
        expect(noted).toHaveLength(arrival ? 0 : 1)
      }),
      { numRuns: 2000 },
    )
  })

  it.each<[string, bigint[], Partial<Occurrence>[]]>([
    ['in order, from wherever it began', [40n, 41n, 42n], []],
    ['with a gap', [0n, 1n, 5n, 6n], [{ code: 'message-lost', times: 3, message: 'expected sequence 2; found 5' }]],
    ['from a sender that began anew', [8n, 9n, 0n, 1n], [{ code: 'sender-restarted', times: 1 }]],
    ['from one that began anew and lost its first', [8n, 9n, 3n, 4n], [{ code: 'sender-restarted', times: 1 }]],
    ['from one that does not count', [0n, 0n, 0n], [{ code: 'sender-restarted' }, { code: 'sender-restarted' }]],
    ['with a jump past all counting', [0n, 2n ** 64n - 1n], [{ code: 'message-lost', times: Number.MAX_SAFE_INTEGER }]],
  ])('takes a sequence %s, and says what is wrong with it', (_what, sequences, expected) => {
    const { inspect, noted } = inspector()
    for (const sequence of sequences) expect(inspect(message('/sensors/ego', sequence, EGO))).toBeDefined()
    expect(noted).toEqual(expected.map((what) => expect.objectContaining({ topic: '/sensors/ego', ...what })))
  })

  it('counts a refused message as come, and each topic by itself', () => {
    const { inspect, noted } = inspector()
    inspect(message('/sensors/ego', 0n, EGO))
    inspect(message('/sensors/ego', 1n, Uint8Array.of(0xff)))
    inspect(message('/sensors/camera/front', 5n, cameraPayload('front', STAMP_NS)))
    inspect(message('/sensors/ego', 2n, EGO))
    expect(noted.map(({ code }) => code)).toEqual(['message-malformed'])
  })
})
