import { driveClosedLoop } from './closed-loop-drive.ts'
import { closedLoopCar, readClosedLoopSuite } from './closed-loop-flags.ts'
import { scoreLines } from './closed-loop-lines.ts'
import { closedLoopProgress } from './closed-loop-progress.ts'
import { toJson } from './to-json.ts'

interface Options {
  readonly bundle: string
  readonly seconds: number
  readonly out?: string
  readonly json: boolean
  readonly signal: AbortSignal
  readonly tell: (line: string) => void
}

/** A place that no training has seen. */
const SCENARIO = { family: 'village', seed: 9001 } as const

const defaultTape = (): string => `out/closed-loop-${new Date().toISOString().replace(/[:.]/g, '-')}.mcap`

/** `npm start -- --closed-loop`: the model at the wheel of the made-up world, in lockstep. */
export const demoClosedLoop = async ({ bundle, seconds, json, signal, tell, ...options }: Options): Promise<void> => {
  const { modelLatency } = readClosedLoopSuite('held-out')
  const car = closedLoopCar({ bundle }, { seconds, modelLatency })
  tell(
    `The drive: a made-up ${SCENARIO.family}; the model sees it through six cameras and is answered by what it does. Each answer comes ${car.latencyMs} ms late, as it would on a car.`,
  )
  const out = options.out ?? defaultTape()
  const score = await driveClosedLoop(car, SCENARIO, { ...closedLoopProgress(tell), out, signal })
  if (json) {
    console.log(toJson({ tape: out, ...score }))
    return
  }
  for (const line of scoreLines(score)) console.log(line)
  console.log(`Tape: ${out}`)
  console.log(`  look inside:  npx outrider inspect ${out}`)
  console.log(`  replay it:    npx outrider replay ${out} --check`)
}
