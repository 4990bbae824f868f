import { z } from 'zod'
import { OutriderError } from '#errors'

type Interval = readonly [low: number, high: number]

/** What reports are compared by, whichever command wrote them. */
export interface ComparableReport {
  readonly kind: 'driving' | 'embodied'
  /** Equal texts: the same scenes or items were asked about. */
  readonly asked: string
  /** By their path in the report, as in planners.model.adeM; of lists of planners by their names. */
  readonly numbers: ReadonlyMap<string, number>
  /** 95 % intervals of the chief of them. */
  readonly intervals: ReadonlyMap<string, Interval>
}

/** One number, which is not the same in all reports. */
export interface Difference {
  readonly name: string
  /** In the order of the reports; null: that one does not have it. */
  readonly values: readonly (number | null)[]
}

export interface ReportComparison {
  /** Whether all asked the same: else numbers differ for that too. */
  readonly sameQuestions: boolean
  readonly differences: readonly Difference[]
  /** Numbers whose 95 % intervals in the first and the last report have nothing in common. */
  readonly apart: readonly string[]
}

const drivingShape = z.looseObject({
  version: z.literal(1),
  made: z.looseObject({ suite: z.string() }),
  scenes: z.looseObject({ count: z.number() }),
  planners: z.array(z.looseObject({ planner: z.string(), adeIntervalM: z.tuple([z.number(), z.number()]).optional() })),
})

const embodiedShape = z.looseObject({
  items: z.number(),
  images: z.string(),
  answerers: z.record(
    z.string(),
    z.looseObject({ all: z.looseObject({ score: z.number(), standardError: z.number() }) }),
  ),
})

/** Reads what `evaluate driving --json` or `evaluate embodied --json` printed. Throws OutriderError REPORT_INVALID. */
export const parseReport = (text: string, path: string): ComparableReport => {
  const invalid = (found: string, cause?: unknown) =>
    new OutriderError({
      code: 'REPORT_INVALID',
      expected: `a report of outrider evaluate driving --json, version 1, or evaluate embodied --json, in ${path}`,
      found,
      cause,
    })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(`no JSON: ${(cause as Error).message}`, cause)
  }
  const read = <Report>(shape: z.ZodType<Report>): Report => {
    const result = shape.safeParse(value)
    if (result.success) return result.data
    throw invalid(result.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`)[0]!)
  }
  const isEmbodied = typeof value === 'object' && value !== null && 'answerers' in value
  return isEmbodied ? comparableEmbodied(read(embodiedShape)) : comparableDriving(read(drivingShape))
}

const comparableDriving = (report: z.infer<typeof drivingShape>): ComparableReport => {
  const { made, scenes, planners, perception, prediction, answers } = report
  return {
    kind: 'driving',
    asked: JSON.stringify([made.suite, made.seedOffset, made.tapes, made.rig, scenes]),
    numbers: flat({ planners, perception, prediction, answers }),
    intervals: new Map(
      planners.flatMap(({ planner, adeIntervalM }) =>
        adeIntervalM ? [[`planners.${planner}.adeM`, adeIntervalM] as const] : [],
      ),
    ),
  }
}

const comparableEmbodied = ({ items, images, answerers }: z.infer<typeof embodiedShape>): ComparableReport => ({
  kind: 'embodied',
  asked: JSON.stringify([items, images]),
  numbers: flat({ answerers }),
  intervals: new Map(
    Object.entries(answerers).map(([name, { all }]) => {
      const half = 1.96 * all.standardError
      return [`answerers.${name}.all.score`, [all.score - half, all.score + half]]
    }),
  ),
})

const flat = (value: unknown): ReadonlyMap<string, number> => {
  const numbers = new Map<string, number>()
  flatten(value, '', numbers)
  return numbers
}

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

/** Every number that differs, in the order of the reports. Throws OutriderError REPORT_KINDS. */
export const compareReports = (reports: readonly ComparableReport[]): ReportComparison => {
  const kinds = [...new Set(reports.map(({ kind }) => kind))]
  if (kinds.length > 1)
    throw new OutriderError({ code: 'REPORT_KINDS', expected: 'reports of one command', found: kinds.join(' and ') })
  const names = [...new Set(reports.flatMap(({ numbers }) => [...numbers.keys()]))]
  const [first, last] = [reports[0], reports.at(-1)]
  return {
    sameQuestions: reports.every(({ asked }) => asked === first?.asked),
    differences: names
      .map((name) => ({ name, values: reports.map(({ numbers }) => numbers.get(name) ?? null) }))
      .filter(({ values }) => values.some((value) => value !== values[0])),
    apart: [...(first?.intervals ?? [])].flatMap(([name, [low, high]]) => {
      const other = last?.intervals.get(name)
      return other && (high < other[0] || other[1] < low) ? [name] : []
    }),
  }
}
