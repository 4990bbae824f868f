import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scenario } from '#simulator'
import { type ClosedLoopTotals, totalsByFamily, totalsOf } from './aggregate.ts'
import type { ClosedLoopScore } from './score.ts'
import type { ClosedLoopSuite } from './suite.ts'

export interface ClosedLoopResult {
  readonly score: ClosedLoopScore
  /** How long it took on this machine; s. */
  readonly wallS: number
  /** Its tape, if one was written; and whether it replayed to the same bytes. */
  readonly tape?: string
  readonly replays?: boolean
}

export interface ClosedLoopReport {
  readonly suite: string
  readonly planner: string
  readonly latencyMs: number
  /** Of each drive; s. */
  readonly seconds: number
  readonly all: ClosedLoopTotals
  readonly families: Readonly<Record<string, ClosedLoopTotals>>
  /** Of the drives whose tapes were replayed, those that came out the same; absent where none was. */
  readonly replayed?: { readonly drives: number; readonly same: number }
  readonly results: readonly ClosedLoopResult[]
}

export interface SuitePorts {
  /** Where finished drives are kept, to go on there. */
  readonly folder: string
  /** What the results depend on besides the scenario: those of another are driven anew. */
  readonly identity: string
  drive(scenario: Scenario, name: string): Promise<ClosedLoopResult>
  readonly onProgress?: (done: number) => void
  readonly signal?: AbortSignal
}

interface Kept {
  readonly identity: string
  readonly result: ClosedLoopResult
}

/** Drives all scenarios of a suite, those that are done left out. Rejects with the signal's reason once it is aborted. */
export const runSuite = async (
  suite: ClosedLoopSuite,
  { planner, latencyMs }: { readonly planner: string; readonly latencyMs: number },
  { folder, identity, drive, onProgress, signal }: SuitePorts,
): Promise<ClosedLoopReport> => {
  await mkdir(folder, { recursive: true })
  const results: ClosedLoopResult[] = []
  for (const scenario of suite.scenarios) {
    const name = [scenario.family, scenario.seed, scenario.weather].filter((part) => part !== undefined).join('-')
    const path = join(folder, `${name}.json`)
    const kept = await readKept(path)
    let result = kept?.identity === identity ? kept.result : undefined
    if (!result) {
      signal?.throwIfAborted()
      result = await drive(scenario, name)
      // A drive that was broken off says nothing.
      signal?.throwIfAborted()
      const written: Kept = { identity, result }
      await writeFile(`${path}.part`, JSON.stringify(written))
      await rename(`${path}.part`, path)
    }
    results.push(result)
    onProgress?.(results.length)
  }
  const scores = results.map(({ score }) => score)
  const replayed = results.filter(({ replays }) => replays !== undefined)
  return {
    suite: suite.name,
    planner,
    latencyMs,
    seconds: suite.seconds,
    all: totalsOf(scores),
    families: totalsByFamily(scores),
    ...(replayed.length === 0
      ? {}
      : { replayed: { drives: replayed.length, same: replayed.filter(({ replays }) => replays).length } }),
    results,
  }
}

const readKept = async (path: string): Promise<Kept | undefined> => {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Kept
  } catch {
    // None yet, or one that was cut short: it is driven anew.
    return undefined
  }
}
