import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault_Severity } from '#messages'
import type { SensorFault } from '../source.ts'
import { createFaultFold, type Occurrence } from './fault-fold.ts'

const refusal = (change: Partial<Occurrence> = {}): Occurrence => ({
  code: 'message-malformed',
  topic: '/sensors/ego',
  severity: Fault_Severity.WARNING,
  message: 'expected a; found b',
  times: 1,
  ...change,
})

const foldInto = () => {
  const faults: SensorFault[] = []
  return { faults, fold: createFaultFold((fault) => faults.push(fault)) }
}

describe('the fault fold', () => {
  it('reports the first at once, with the hash of all the refused bytes', () => {
    const { faults, fold } = foldInto()
    fold.note(refusal({ refused: [Uint8Array.of(1), Uint8Array.of(2, 3)] }), 0)
    expect(faults).toEqual([
      {
        source: 'sensors/wire',
        code: 'message-malformed',
        topic: '/sensors/ego',
        severity: Fault_Severity.WARNING,
        message: 'expected a; found b',
        times: 1,
        refusedSha256: createHash('sha256')
          .update(Uint8Array.of(1, 2, 3))
          .digest(),
      },
    ])
  })

  it('folds what follows into one a second, which says how many they were and shows the last', () => {
    const { faults, fold } = foldInto()
    for (let index = 0; index < 10; index++) fold.note(refusal({ message: `number ${index}` }), index * 10)
    fold.flush(999)
    expect(faults).toHaveLength(1)
    fold.flush(1000)
    expect(faults[1]).toMatchObject({ times: 9, message: 'number 9' })
    fold.flush(5000)
    expect(faults).toHaveLength(2)
  })

  it('keeps codes and topics apart', () => {
    const { faults, fold } = foldInto()
    fold.note(refusal(), 0)
    fold.note(refusal({ topic: '/sensors/route' }), 1)
    fold.note(refusal({ code: 'message-lost', times: 4 }), 2)
    expect(faults.map(({ times }) => times)).toEqual([1, 1, 4])
  })

  it('loses none, whenever they come and whenever it is flushed', () => {
    const steps = fc.array(
      fc.record({ waitMs: fc.nat(700), times: fc.integer({ min: 1, max: 50 }), flush: fc.boolean() }),
    )
    fc.assert(
      fc.property(steps, (all) => {
        const { faults, fold } = foldInto()
        let nowMs = 0
        for (const { waitMs, times, flush } of all) {
          nowMs += waitMs
          fold.note(refusal({ times }), nowMs)
          if (flush) fold.flush(nowMs)
        }
        fold.flushAll()
        const count = (list: readonly { times: number }[]): number => list.reduce((sum, { times }) => sum + times, 0)
        expect(count(faults)).toBe(count(all))
        expect(faults.length).toBeLessThanOrEqual(nowMs / 1000 + 2)
      }),
    )
  })
})
