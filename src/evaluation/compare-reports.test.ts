import { describe, expect, it } from 'vitest'
import { compareReports, parseReport } from './compare-reports.ts'

const driving = (adeM: number, more: object = {}) =>
  parseReport(
    JSON.stringify({
      version: 1,
      made: { suite: 'few' },
      scenes: { count: 2 },
      planners: [{ planner: 'model', adeM, adeIntervalM: [adeM - 0.5, adeM + 0.5], ...more }],
    }),
    'driving.json',
  )

const rooms = (score: number, standardError: number) =>
  parseReport(
    JSON.stringify({ items: 3, images: 'image', answerers: { model: { all: { score, standardError } } } }),
    'rooms.json',
  )

describe('reports side by side', () => {
  it('are one column a stage, of the numbers that differ', () => {
    const { sameQuestions, differences } = compareReports([driving(3), driving(2, { fdeM: 5 }), driving(2)])
    expect(sameQuestions).toBe(true)
    expect(differences).toContainEqual({ name: 'planners.model.adeM', values: [3, 2, 2] })
    expect(differences).toContainEqual({ name: 'planners.model.fdeM', values: [null, 5, null] })
  })

  it.each([
    { name: 'plans whose intervals do not touch', reports: [driving(3), driving(1.9)], apart: ['planners.model.adeM'] },
    { name: 'plans whose intervals do', reports: [driving(3), driving(1), driving(2.1)], apart: [] },
    {
      name: 'rooms two standard errors each away',
      reports: [rooms(0.3, 0.02), rooms(0.4, 0.02)],
      apart: ['answerers.model.all.score'],
    },
    { name: 'rooms that may be chance', reports: [rooms(0.3, 0.05), rooms(0.4, 0.05)], apart: [] },
  ])('tell apart the first and the last: $name', ({ reports, apart }) => {
    expect(compareReports(reports).apart).toEqual(apart)
  })

  it('of plans and of rooms have nothing to compare', () => {
    expect(() => compareReports([driving(3), rooms(1, 0)])).toThrow(expect.objectContaining({ code: 'REPORT_KINDS' }))
  })
})

it.each([
  { name: 'an empty object', text: '{}' },
  { name: 'no JSON', text: 'no' },
  { name: 'answerers without scores', text: '{"items":1,"images":"image","answerers":{"model":{}}}' },
])('a file that is no report is refused: $name', ({ text }) => {
  expect(() => parseReport(text, 'a.json')).toThrow(expect.objectContaining({ code: 'REPORT_INVALID' }))
})
