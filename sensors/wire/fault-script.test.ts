import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseFaults, type FaultRule } from './fault-script.ts'

const FRONT = '/sensors/camera/front'
const message = (index: number, atMs = index * 50, topic = FRONT) => ({ topic, index, atMs })
const strikes = (rule: Partial<FaultRule>, seed = 1, count = 1000): number[] =>
  Array.from({ length: count }, (_, index) => index).filter(
    (index) => chooseFaults([{ kind: 'lost', topic: FRONT, ...rule }], seed, message(index)).lost,
  )

describe('a fault script', () => {
  it('strikes the same messages for the same seed, others for another', () => {
    const rule = { probability: 0.2 }
    expect(strikes(rule, 7)).toEqual(strikes(rule, 7))
    expect(strikes(rule, 7)).not.toEqual(strikes(rule, 8))
  })

  it('strikes as often as its probability says', () => {
    for (const probability of [0, 0.1, 0.5, 0.9, 1]) {
      // Five standard deviations of 1000 throws.
      expect(Math.abs(strikes({ probability }).length / 1000 - probability)).toBeLessThanOrEqual(0.08)
    }
  })

  it.each([
    { name: 'within its time only', rule: { fromMs: 100, untilMs: 250 }, struck: [2, 3, 4] },
    { name: 'its topic', rule: { topic: FRONT }, struck: [0, 1, 2, 3, 4, 5] },
    { name: 'topics that begin so', rule: { topic: '/sensors/*' }, struck: [0, 1, 2, 3, 4, 5] },
    { name: 'no other topic', rule: { topic: '/sensors/camera/fron' }, struck: [] },
  ])('strikes $name', ({ rule, struck }) => {
    expect(strikes(rule, 1, 6)).toEqual(struck)
  })

  it('chooses for each rule apart', () => {
    const half = { kind: 'lost', topic: FRONT, probability: 0.5 } as const
    const both = Array.from(
      { length: 1000 },
      (_, index) => chooseFaults([half, half], 3, message(index)).struckBy.length,
    )
    expect(both.filter((count) => count === 1).length).toBeGreaterThan(350)
  })

  it('adds up what several rules do to one message', () => {
    const script: FaultRule[] = [
      { kind: 'late', topic: FRONT, amount: 30 },
      { kind: 'late', topic: FRONT, amount: 20 },
      { kind: 'duplicated', topic: FRONT, amount: 2 },
      { kind: 'clock-jump', topic: FRONT, amount: -500 },
      { kind: 'clock-jump', topic: FRONT, amount: 100 },
      { kind: 'reordered', topic: FRONT },
      { kind: 'stalled', topic: FRONT, fromMs: 0, untilMs: 400 },
    ]
    expect(chooseFaults(script, 1, message(2))).toMatchObject({
      struckBy: ['late', 'late', 'duplicated', 'clock-jump', 'clock-jump', 'reordered', 'stalled'],
      delayMs: 350,
      copies: 2,
      shiftMs: -400,
      behind: 1,
      lost: false,
    })
  })

  it('changes bytes within the payload, and changes them', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(1000), fc.integer({ min: 1, max: 9 }), (seed, index, amount) => {
        const { flips } = chooseFaults([{ kind: 'corrupt', topic: FRONT, amount }], seed, message(index))
        expect(flips.length).toBe(amount)
        for (const { place, mask } of flips) {
          expect(place).toSatisfy((value: number) => value >= 0 && value < 1)
          expect(mask).toSatisfy((value: number) => Number.isInteger(value) && value >= 1 && value <= 255)
        }
      }),
    )
  })
})
