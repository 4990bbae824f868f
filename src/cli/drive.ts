import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { checkRig } from '#calibration'
import { openTape } from '#log'
import { startModelProcess } from '#model'
import { type Clock, type Output, run } from '#pipeline'
import { openWireSink, openWireSource, rigSensors } from '#sensors'
import { driveBudget } from './budget.ts'
import type { CarConfig } from './car-config.ts'
import { letHeapGrow } from './heap-growth.ts'
import { readRig } from './read-rig.ts'
import { runConfigFor } from './run-config.ts'
import { createSystemClock } from './system-clock.ts'

export interface DriveOptions {
  readonly signal: AbortSignal
  readonly onOutput?: (output: Output) => void
  /** Where warnings and the budget go. */
  readonly tell: (line: string) => void
  /** Stand-ins for tests: a clock that jumps, a model process that is killed. */
  readonly clock?: Clock
  readonly startModel?: typeof startModelProcess
}

/** Where the tape goes when nobody says: a new name for each drive, in the order of time. */
const defaultTape = (): string => `out/drive-${new Date().toISOString().replace(/[:.]/g, '-')}.mcap`

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`

const shown = ({ plan: { frames } }: CarConfig, views: number): string =>
  frames.as === 'video' ? `${views} videos of ${frames.sets} frames` : `${views * frames.sets} images`

/** Wires sensors, model, tape and readers together and drives until the time is up. Returns the tape's path. */
export const drive = async (car: CarConfig, options: DriveOptions): Promise<string> => {
  const { signal, onOutput, tell, clock = createSystemClock(), startModel = startModelProcess } = options
  letHeapGrow()
  const rig = readRig(car.rig)
  for (const { code, expected, found } of checkRig(rig)) tell(`rig: ${code}: expected ${expected}; found ${found}`)
  const { images, promptTokens, totalTokens, contextTokens, keyValueBytes, featureBytes } = await driveBudget(car, rig)
  const imageTokens = images.reduce((sum, { tokens }) => sum + tokens, 0)
  tell(
    `a question: at most ${promptTokens} tokens, ${imageTokens} of them of ${shown(car, rig.cameras.length)}; with the answer ${totalTokens} of ${contextTokens}, KV cache ${mebibytes(keyValueBytes)}, image features ${mebibytes(featureBytes)}`,
  )

  const config = runConfigFor(
    car,
    rig,
    images.map(({ resized }) => resized),
  )
  const path = car.out ?? defaultTape()
  mkdirSync(dirname(path), { recursive: true })
  const tape = await openTape(path)
  try {
    await run(
      {
        clock,
        tape,
        source: openWireSource({ address: car.sensors, sensors: rigSensors(rig.cameras), clock }),
        startModel: (onChange) => startModel({ bundle: car.bundle, ...car.model, onChange }),
        sinks: car.publish === undefined ? [] : [await openWireSink({ address: car.publish, clock })],
      },
      {
        config,
        tickHz: car.pipeline.tickHz,
        signal,
        ...(car.forMs === undefined ? {} : { forMs: car.forMs }),
        ...(onOutput ? { onOutput } : {}),
      },
    )
  } finally {
    await tape.close()
  }
  return path
}
