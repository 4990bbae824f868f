import { z } from 'zod'
import { OutriderError } from '#errors'
import type { DrivingReport } from './report.ts'

/** One number of two reports. */
export interface Difference {
  /** As in planners.model.adeM. */
  readonly name: string
  readonly a: number | undefined
  readonly b: number | undefined
}

export interface ReportComparison {
  /** Whether both are of the same scenes: else numbers differ for that too. */
  readonly sameScenes: boolean
  readonly differences: readonly Difference[]
  /** Planners whose 95 % intervals of the ADE have nothing in common. */
  readonly apart: readonly string[]
}

/** Reads what `evaluate driving --json` printed. Throws OutriderError REPORT_INVALID. */
export const parseReport = (text: string, path: string): DrivingReport => {
  const invalid = (found: string, cause?: unknown) =>
    new OutriderError({
      code: 'REPORT_INVALID',
      expected: `a report of outrider evaluate driving --json, version 1, in ${path}`,
      found,
      cause,
    })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(`no JSON: ${(cause as Error).message}`, cause)
  }
  const read = z
    .looseObject({
      version: z.literal(1),
      made: z.looseObject({ suite: z.string() }),
      scenes: z.looseObject({ count: z.number() }),
      planners: z.array(z.looseObject({ planner: z.string() })),
    })
    .safeParse(value)
  if (!read.success) throw invalid(read.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`)[0]!)
  return value as DrivingReport
}

/** Numbers by their path; of lists of planners by their names. */
const flatten = (value: unknown, name: string, into: Map<string, number>): void => {
  if (typeof value === 'number') into.set(name, value)
  else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      flatten(item, `${name}.${item?.planner ?? index}`, into)
    })
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) flatten(item, name === '' ? key : `${name}.${key}`, into)
  }
}

const numbersOf = ({ planners, perception, prediction, answers }: DrivingReport): ReadonlyMap<string, number> => {
  const numbers = new Map<string, number>()
  flatten({ planners, perception, prediction, answers }, '', numbers)
  return numbers
}

/** Every number that differs, in the order of the reports. */
export const compareReports = (a: DrivingReport, b: DrivingReport): ReportComparison => {
  const [of, other] = [numbersOf(a), numbersOf(b)]
  const names = [...of.keys(), ...[...other.keys()].filter((name) => !of.has(name))]
  const apart = a.planners.flatMap(({ planner, adeIntervalM }) => {
    const theirs = b.planners.find((row) => row.planner === planner)?.adeIntervalM
    if (!adeIntervalM || !theirs) return []
    return adeIntervalM[1] < theirs[0] || theirs[1] < adeIntervalM[0] ? [planner] : []
  })
  return {
    sameScenes: JSON.stringify(scenesOf(a)) === JSON.stringify(scenesOf(b)),
    differences: names
      .filter((name) => of.get(name) !== other.get(name))
      .map((name) => ({ name, a: of.get(name), b: other.get(name) })),
    apart,
  }
}

const scenesOf = ({ made, scenes }: DrivingReport) => [made.suite, made.seedOffset, made.tapes, made.rig, scenes]
