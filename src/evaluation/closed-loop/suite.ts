import { z } from 'zod'
import { OutriderError } from '#errors'
import { scenarioSchema } from '#simulator'

/** A file of scenarios to drive in the closed loop. */
export const closedLoopSuiteSchema = z.strictObject({
  name: z.string().min(1).describe('what reports call it'),
  about: z.string().describe('what the scenarios are, in words'),
  seconds: z.number().positive().max(600).describe('of each drive, from when the planner takes over; s'),
  modelLatency: z
    .strictObject({
      p50Ms: z.number().positive().describe('from a question to its answer; ms'),
      measured: z.string().describe('of which model, on which machine'),
    })
    .describe('how late answers come in simulated time, unless the command says otherwise'),
  scenarios: z.array(scenarioSchema).min(1),
})

export type ClosedLoopSuite = z.infer<typeof closedLoopSuiteSchema>

/** Reads the text of a suite file. Throws OutriderError SUITE_INVALID. */
export const parseClosedLoopSuite = (text: string, path: string): ClosedLoopSuite => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(path, `no JSON: ${(cause as Error).message}`, cause)
  }
  const read = closedLoopSuiteSchema.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw invalid(path, `${issue?.path.join('.')}: ${issue?.message}`)
}

const invalid = (path: string, found: string, cause?: unknown): OutriderError =>
  new OutriderError({
    code: 'SUITE_INVALID',
    expected: `${path}: name, about, seconds, modelLatency and scenarios`,
    found,
    cause,
  })
