import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { OutriderError } from '#errors'
import type { Recording } from './record-run.ts'

/** What was asked for, and of which code; results of another are of no use. */
export interface Head {
  readonly kind: 'head'
  readonly seed: number
  readonly runs: number
  readonly leastS: number
  /** SHA-256 over the built files. */
  readonly build: string
}
export interface RunResult extends Recording {
  readonly kind: 'run'
  readonly number: number
  readonly trouble: string
  /** How often it was driven until it had a plan, faults and time enough. */
  readonly drives: number
  /** Of the replayed drive; both replays' when they are equal. */
  readonly replaySha256: string
  /** Messages of step that were compared. */
  readonly compared: number
  /** Why it failed; empty when it did not. */
  readonly failures: readonly string[]
  readonly wallS: number
}
export interface CheckResult {
  readonly kind: 'check'
  readonly number: number
  readonly condition: string
  readonly compared: number
  /** Answers that the model was asked for again. */
  readonly answers: number
  readonly tokens: number
  readonly failures: readonly string[]
  readonly wallS: number
}
export interface MutationResult {
  readonly kind: 'mutation'
  readonly number: number
  readonly mutation: string
  readonly what: string
  readonly expected: 'damaged' | 'diverged'
  readonly found: string
  /** Of the first divergence, as in /planners/verdict #17. */
  readonly first: string
  readonly failures: readonly string[]
}
export type Result = RunResult | CheckResult | MutationResult

/** Results so far, in a file that grows by a line a result: an interrupted battery goes on where it was. */
export interface Results {
  readonly all: readonly Result[]
  add(result: Result): void
}

/** Throws OutriderError BATTERY_OTHER when the file's results are of another battery or another build. */
export const openResults = (path: string, head: Head): Results => {
  const all: Result[] = []
  if (!existsSync(path)) writeFileSync(path, `${JSON.stringify(head)}\n`)
  else {
    const [first, ...lines] = readFileSync(path, 'utf8').split('\n')
    if (first !== JSON.stringify(head)) {
      throw new OutriderError({
        code: 'BATTERY_OTHER',
        expected: `results of ${JSON.stringify(head)} in ${path}`,
        found: first ?? 'none',
        next: 'delete the folder, or say --out with another',
      })
    }
    // The last line may be torn: it is done again.
    for (const line of lines) if (line.endsWith('}')) all.push(JSON.parse(line))
  }
  return {
    all,
    add(result) {
      all.push(result)
      appendFileSync(path, `${JSON.stringify(result)}\n`)
    },
  }
}
