import { expect, it } from 'vitest'
import { Prediction_Intention as Intention } from '#messages'
import { intentionScore } from './intention-score.ts'
import { pathScore } from './path-score.ts'

it('intentions: a class counts by its F1, and an agent that is left out is wrong', () => {
  const score = intentionScore([
    { truth: Intention.KEEP, said: Intention.KEEP },
    { truth: Intention.KEEP, said: Intention.KEEP },
    { truth: Intention.STOP, said: Intention.KEEP },
    { truth: Intention.STOP, said: Intention.STOP },
    { truth: Intention.CROSS, said: undefined },
  ])
  expect([score.agents, score.accuracy]).toEqual([5, 0.6])
  expect(score.byIntention).toEqual({
    keep: { agents: 2, precision: 2 / 3, recall: 1, f1: 0.8 },
    stop: { agents: 2, precision: 1, recall: 0.5, f1: 2 / 3 },
    cross: { agents: 1, precision: 0, recall: 0, f1: 0 },
  })
  expect(score.macroF1).toBeCloseTo((0.8 + 2 / 3) / 3, 12)
})

it('paths: mean distance, last distance, and a miss where one instant is 2 m wrong', () => {
  const path = (...ys: number[]) => ys.map((yM, index) => ({ xM: index, yM }))
  const truth = path(0, 0, 0, 0)
  expect(
    pathScore([
      { predicted: path(0, 0, 0, 2), truth },
      { predicted: path(1, 1, 1, 1), truth },
      { predicted: path(1, 1, 1, 9), truth: truth.slice(0, 2) },
      { predicted: path(1), truth: [] },
    ]),
  ).toEqual({ agents: 3, minAdeM: (0.5 + 1 + 1) / 3, minFdeM: (2 + 1 + 1) / 3, missRate: 1 / 3 })
})
