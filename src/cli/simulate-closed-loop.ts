import type { Scenario } from '#simulator'
import { driveClosedLoop } from './closed-loop-drive.ts'
import { type ClosedLoopFlags, closedLoopCar, readClosedLoopSuite } from './closed-loop-flags.ts'
import { scoreLines } from './closed-loop-lines.ts'
import { closedLoopProgress } from './closed-loop-progress.ts'
import { interruption } from './interruption.ts'
import { toJson } from './to-json.ts'

interface Flags extends ClosedLoopFlags {
  readonly out?: string
  readonly json?: boolean
}

/** `simulate --closed-loop`: somebody drives the world, and is scored. */
export const simulateClosedLoop = async (flags: Flags, scenario: Scenario, seconds: number): Promise<void> => {
  const { modelLatency } = readClosedLoopSuite('held-out')
  const car = closedLoopCar(flags, { seconds, modelLatency })
  const progress = closedLoopProgress((line) => console.error(line))
  const { out } = flags
  const score = await driveClosedLoop(car, scenario, {
    ...progress,
    ...(out === undefined ? {} : { out }),
    signal: interruption(),
  })
  if (flags.json) console.log(toJson({ ...(out === undefined ? {} : { tape: out }), ...score }))
  else for (const line of [...scoreLines(score), ...(out === undefined ? [] : [`tape ${out}`])]) console.log(line)
}
