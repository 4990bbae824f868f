import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EgoStateSchema, encode, FaultSchema, PlanSchema, type TapeRecord, TOPICS, VerdictSchema } from '#messages'
import { type ComparisonReport, createComparison } from './compare.ts'
import { describeDivergence } from './describe-divergence.ts'

const START_NS = 1_700_000_000_000_000_000n

const verdict = (number: number, speedMps = 5): TapeRecord => ({
  topic: '/planners/verdict',
  logTimeNs: START_NS + BigInt(number) * 50_000_000n,
  publishTimeNs: START_NS + BigInt(number) * 50_000_000n - 3n,
  sequence: number,
  payload: encode(VerdictSchema, {
    timeNs: START_NS,
    steps: [
      { timeNs: 1n, speedMps: 4 },
      { timeNs: 2n, speedMps },
    ],
  }),
})
const fault = (number: number, sequence: number, code: string): TapeRecord => ({
  ...verdict(number),
  topic: '/pipeline/fault',
  sequence,
  payload: encode(FaultSchema, { code }),
})
/** Ten events with a verdict each; the fourth has two faults besides. */
const drive = (): TapeRecord[] =>
  Array.from({ length: 10 }, (_, n) =>
    n === 3 ? [fault(3, 0, 'a'), verdict(3), fault(3, 1, 'b')] : [verdict(n)],
  ).flat()

/** Both streams as replay tells them: what was recomputed for an event, then what stands on the tape. */
const compare = (recorded: readonly TapeRecord[], recomputed: readonly TapeRecord[]): ComparisonReport => {
  const comparison = createComparison()
  let told = 0
  for (const record of recomputed) {
    while (told < recorded.length && recorded[told]!.logTimeNs < record.logTimeNs)
      comparison.recorded(recorded[told++]!)
    comparison.recomputed(record)
  }
  for (const record of recorded.slice(told)) comparison.recorded(record)
  return comparison.finish()
}

const edited = (change: (records: TapeRecord[]) => void): TapeRecord[] => {
  const records = drive()
  change(records)
  return records
}

describe('two drives that are compared', () => {
  it('are the same when every message is', () => {
    const report = compare(drive(), drive())
    expect(report).toMatchObject({ same: true, compared: 12, diverged: 0, first: undefined, divergences: [] })
    expect(report.topics).toEqual([
      { topic: '/pipeline/fault', recorded: 2, recomputed: 2, diverged: 0 },
      { topic: '/planners/verdict', recorded: 10, recomputed: 10, diverged: 0 },
    ])
  })

  it.each([
    {
      name: 'a message that was not recomputed',
      change: (r: TapeRecord[]) => r.push(verdict(10)),
      kind: 'missing',
      sequence: 10,
      fields: [],
    },
    {
      name: 'a message in the middle that was not recomputed',
      change: (r: TapeRecord[]) => r.splice(4, 0, fault(3, 1, 'c')),
      kind: 'missing',
      sequence: 1,
      fields: [],
    },
    {
      name: 'a message that is not on the tape',
      change: (r: TapeRecord[]) => r.splice(7, 1),
      kind: 'unexpected',
      sequence: 5,
      fields: [],
    },
    {
      name: 'the last message not on the tape',
      change: (r: TapeRecord[]) => r.pop(),
      kind: 'unexpected',
      sequence: 9,
      fields: [],
    },
    {
      name: 'another publish time',
      change: (r: TapeRecord[]) => (r[6] = { ...r[6]!, publishTimeNs: 7n }),
      kind: 'times',
      sequence: 4,
      fields: ['publish_time'],
    },
    {
      name: 'another log time',
      change: (r: TapeRecord[]) => (r[6] = { ...r[6]!, logTimeNs: r[6]!.logTimeNs + 9n }),
      kind: 'times',
      sequence: 4,
      fields: ['log_time'],
    },
    {
      name: 'another sequence number',
      change: (r: TapeRecord[]) => (r[6] = { ...r[6]!, sequence: 77 }),
      kind: 'sequence',
      sequence: 77,
      fields: ['sequence'],
    },
    {
      name: 'one speed',
      change: (r: TapeRecord[]) => (r[6] = verdict(4, 5.5)),
      kind: 'payload',
      sequence: 4,
      fields: ['steps[1].speed_mps'],
    },
    {
      name: 'two outputs of one event in another order',
      change: (r: TapeRecord[]) => r.splice(3, 3, r[4]!, r[3]!, r[5]!),
      kind: 'order',
      sequence: 0,
      fields: [],
    },
  ])('show $name', ({ change, kind, sequence, fields }) => {
    const report = compare(edited(change), drive())
    expect(report).toMatchObject({ same: false, diverged: 1, first: { kind, sequence } })
    expect(report.first?.differences.map(({ field }) => field)).toEqual(fields)
  })

  it('say of two events that changed places that they came out in another order', () => {
    const report = compare(
      edited((r) => r.splice(7, 2, r[8]!, r[7]!)),
      drive(),
    )
    expect(report).toMatchObject({ same: false, diverged: 1, first: { kind: 'order', topic: '/planners/verdict' } })
  })

  it('are compared on after a divergence: the next ones are found, and the first is named first', () => {
    const report = compare(
      edited((r) => {
        r[2] = verdict(2, 9)
        r.splice(6, 1)
        r.push(verdict(10))
      }),
      drive(),
    )
    expect(report.divergences.map(({ kind, sequence }) => [kind, sequence])).toEqual([
      ['payload', 2],
      ['unexpected', 4],
      ['missing', 10],
    ])
    expect(report.topics.find(({ topic }) => topic === '/planners/verdict')).toMatchObject({ diverged: 3 })
  })

  it('keep the first few divergences and count them all', () => {
    const comparison = createComparison({ keep: 3 })
    for (let n = 0; n < 50; n += 1) {
      comparison.recorded(verdict(n, 1))
      comparison.recomputed(verdict(n, 2))
    }
    const report = comparison.finish()
    expect([report.diverged, report.divergences.length, report.first?.sequence]).toEqual([50, 3, 0])
  })

  it('are compared in what step made, and in nothing else', () => {
    const ego = { ...verdict(0), topic: '/sensors/ego', payload: encode(EgoStateSchema, {}) }
    const timing = { ...verdict(0), topic: '/pipeline/stage-timing' }
    expect(compare([ego, timing, ...drive()], drive()).same).toBe(true)
    // A topic that no table has is something that nobody recomputed.
    expect(compare([{ ...verdict(0), topic: '/made/up' }, ...drive()], drive()).first?.kind).toBe('missing')
  })

  it('need not fit in memory when one of them has stopped', () => {
    const comparison = createComparison()
    for (let n = 0; n < 10_000; n += 1) comparison.recorded(verdict(n))
    const report = comparison.finish()
    expect(report).toMatchObject({ compared: 0, diverged: 10_000, first: { kind: 'missing', sequence: 0 } })
  })

  it('differ whenever anything differs, and only then', () => {
    const topics = TOPICS.filter(({ producer }) => producer === 'step').map(({ name }) => name)
    const record = fc.record({
      topic: fc.constantFrom(...topics.slice(0, 3)),
      logTimeNs: fc.bigInt(0n, 6n),
      publishTimeNs: fc.bigInt(0n, 1n),
      sequence: fc.nat(2),
      payload: fc.uint8Array({ maxLength: 2 }),
    })
    const plain = (records: readonly TapeRecord[]) =>
      records
        .map((one) => `${one.topic} ${one.logTimeNs} ${one.publishTimeNs} ${one.sequence} ${one.payload}`)
        .join('\n')
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 12 }),
        fc.array(record, { maxLength: 12 }),
        fc.nat(2),
        (a, other, how) => {
          const b = how === 0 ? a : how === 1 ? other : [...a].reverse()
          expect(compare(a, b).same).toBe(plain(a) === plain(b))
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('a divergence in words', () => {
  it('names topic, time and field, with both values', () => {
    const [first] = compare(
      edited((r) => (r[6] = verdict(4, 5.5))),
      drive(),
    ).divergences
    expect(describeDivergence(first!).split('\n')).toEqual([
      '/planners/verdict #4 at 1700000000.200000000 s came out with another payload',
      '  steps[1].speed_mps: 5.5 recorded, 5 recomputed',
    ])
  })
})

describe('the fields of a payload that differ', () => {
  const diff = (a: Uint8Array, b: Uint8Array, topic = '/tasks/plan') => {
    const at = { ...verdict(0), topic }
    return compare([{ ...at, payload: a }], [{ ...at, payload: b }]).first?.differences
  }
  const plan = { requestId: 3n, reason: 'x'.repeat(100), steps: [{ timeS: 0.5, poseInEgo: { xM: 1 } }, { timeS: 1 }] }
  const same = encode(PlanSchema, plan)

  it.each([
    {
      name: 'a 64-bit number',
      change: { requestId: 2n ** 60n },
      field: 'request_id',
      values: ['3', '1152921504606846976'],
    },
    {
      name: 'an enum, by its name',
      change: { speedAction: 4 },
      field: 'speed_action',
      values: ['SPEED_ACTION_UNSPECIFIED', 'SPEED_ACTION_STOP'],
    },
    { name: 'the length of a list', change: { steps: plan.steps.slice(1) }, field: 'steps.length', values: ['2', '1'] },
    {
      name: 'a long text, around where it differs',
      change: { reason: `${'x'.repeat(90)}y` },
      field: 'reason',
      values: [`…"${'x'.repeat(22)}"`, `…"${'x'.repeat(12)}y"`],
    },
    {
      name: 'a message that is absent',
      change: { steps: [{ timeS: 0.5 }, { timeS: 1 }] },
      field: 'steps[0].pose_in_ego',
      values: ['present', 'absent'],
    },
    {
      name: 'the sign of a zero',
      change: { steps: [{ timeS: 0.5, poseInEgo: { xM: 1, yM: -0 } }, { timeS: 1 }] },
      field: 'steps[0].pose_in_ego.y_m',
      values: ['0', '-0'],
    },
  ])('show $name', ({ change, field, values }) => {
    const found = diff(same, encode(PlanSchema, { ...plan, ...(change as object) }))
    expect(found).toContainEqual({ field, recorded: values[0], recomputed: values[1] })
  })

  it('show bytes short, from where they differ', () => {
    const hash = (last: number) =>
      encode(VerdictSchema, { eventsSha256: Uint8Array.from({ length: 32 }, (_, n) => (n < 31 ? n : last)) })
    expect(diff(hash(1), hash(2), '/planners/verdict')).toEqual([
      { field: 'events_sha256', recorded: '01 at 31 of 32 bytes', recomputed: '02 at 31 of 32 bytes' },
    ])
  })

  it('are the bytes themselves when they are no message, or the same message in other bytes', () => {
    expect(diff(Uint8Array.of(255), same)?.[0]?.field).toBe('payload')
    // Field 1 twice: the last counts.
    const [twice, once] = [Uint8Array.of(8, 1, 8, 3), Uint8Array.of(8, 3)]
    expect(diff(twice, once)).toEqual([
      { field: 'payload', recorded: '010803 at 1 of 4 bytes', recomputed: '03 at 1 of 2 bytes' },
    ])
  })
})
