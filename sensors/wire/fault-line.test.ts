import { describe, expect, it } from 'vitest'
import { captureStampOf, EgoStateSchema } from '#messages'
import { createFaultLine, type WireParts } from './fault-line.ts'
import type { FaultRule } from './fault-script.ts'
import { egoPayload } from './testing/sample-messages.ts'

const START_NS = 1_700_000_000_000_000_000n
const EGO = '/sensors/ego'

const message = (n: number, topic = EGO): WireParts => [
  Buffer.from(topic),
  Uint8Array.of(n),
  egoPayload(START_NS + BigInt(n) * 50_000_000n),
]

/** Ego states, one every 50 ms of a monotonic clock; what comes out, as [when, which]. */
const passed = (rule: Omit<FaultRule, 'topic'>, count = 6): (readonly [number, number])[] => {
  const line = createFaultLine([{ topic: EGO, ...rule }], 1)
  const out: [number, number][] = []
  const take = (ms: number) => {
    for (const [, header] of line.due(ms)) out.push([ms, header[0]!])
  }
  for (let ms = 0; ms <= 3000; ms += 1) {
    if (ms % 50 === 0 && ms / 50 < count) line.take(message(ms / 50), ms)
    take(ms)
  }
  expect(line.nextMs()).toBeUndefined()
  return out
}

describe('a line with faults', () => {
  it.each<{ name: string; rule: Omit<FaultRule, 'topic'>; out: [number, number][] }>([
    {
      name: 'nothing outside the time of its rule',
      rule: { kind: 'lost', fromMs: 5000 },
      out: [
        [0, 0],
        [50, 1],
        [100, 2],
        [150, 3],
        [200, 4],
        [250, 5],
      ],
    },
    {
      name: 'some messages lost',
      rule: { kind: 'lost', fromMs: 100, untilMs: 200 },
      out: [
        [0, 0],
        [50, 1],
        [200, 4],
        [250, 5],
      ],
    },
    {
      name: 'late ones overtaken',
      rule: { kind: 'late', fromMs: 50, untilMs: 100, amount: 120 },
      out: [
        [0, 0],
        [100, 2],
        [150, 3],
        [170, 1],
        [200, 4],
        [250, 5],
      ],
    },
    {
      name: 'one behind two others',
      rule: { kind: 'reordered', fromMs: 50, untilMs: 100, amount: 2 },
      out: [
        [0, 0],
        [100, 2],
        [150, 3],
        [150, 1],
        [200, 4],
        [250, 5],
      ],
    },
    {
      name: 'the last one behind nothing, a second later',
      rule: { kind: 'reordered', fromMs: 250 },
      out: [
        [0, 0],
        [50, 1],
        [100, 2],
        [150, 3],
        [200, 4],
        [1250, 5],
      ],
    },
    {
      name: 'copies at once',
      rule: { kind: 'duplicated', fromMs: 250, amount: 2 },
      out: [
        [0, 0],
        [50, 1],
        [100, 2],
        [150, 3],
        [200, 4],
        [250, 5],
        [250, 5],
        [250, 5],
      ],
    },
    {
      name: 'a stalled sender that sends all at once, in order',
      rule: { kind: 'stalled', fromMs: 50, untilMs: 220 },
      out: [
        [0, 0],
        [220, 1],
        [220, 2],
        [220, 3],
        [220, 4],
        [250, 5],
      ],
    },
  ])('has $name', ({ rule, out }) => {
    expect(passed(rule)).toEqual(out)
  })

  it('has every other message go behind the next one when all are reordered', () => {
    expect(passed({ kind: 'reordered', untilMs: 200 }, 5).map(([, n]) => n)).toEqual([0, 1, 2, 4, 3])
  })

  it('leaves bytes and stamps alone that no rule changes', () => {
    const line = createFaultLine([{ kind: 'late', topic: EGO }], 1)
    line.take(message(3), 0)
    expect(line.due(10)).toEqual([message(3)])
  })

  it.each([-2000, 3500])('moves capture stamps by %i ms and nothing else', (amount) => {
    const line = createFaultLine([{ kind: 'clock-jump', topic: EGO, amount }], 1)
    line.take(message(3), 0)
    const [[, header, payload]] = line.due(0) as [WireParts]
    expect([...header]).toEqual([3])
    const movedNs = captureStampOf(EgoStateSchema, payload) - captureStampOf(EgoStateSchema, message(3)[2])
    expect(movedNs).toBe(BigInt(amount) * 1_000_000n)
    expect(payload.length).toBe(message(3)[2].length)
  })

  it('changes as many bytes of the payload as the rule says, in a copy', () => {
    const line = createFaultLine([{ kind: 'corrupt', topic: EGO, amount: 1 }], 1)
    const sent = message(3)
    line.take(sent, 0)
    const [[, , payload]] = line.due(0) as [WireParts]
    expect(sent).toEqual(message(3))
    expect([...payload].filter((byte, n) => byte !== sent[2][n]).length).toBe(1)
  })

  it('takes a message without a stamp for as old as the one before it', () => {
    const line = createFaultLine([{ kind: 'lost', topic: '*', fromMs: 100 }], 1)
    const nonsense: WireParts = [Buffer.from('/nowhere'), Uint8Array.of(9), Uint8Array.of(255)]
    for (const parts of [message(0), nonsense, message(2), nonsense]) line.take(parts, 0)
    expect(line.due(0)).toEqual([message(0), nonsense])
    expect(line.counts()).toEqual({ taken: 4, struck: { lost: 2 } })
  })
})
