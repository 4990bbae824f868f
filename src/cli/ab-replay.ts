import { writeFileSync } from 'node:fs'
import { OutriderError } from '#errors'
import { readTape } from '#log'
import type { TapeRecord } from '#messages'
import type { Engine } from '#model/engine'
import { type AbReport, createAbComparison, type Latency, recordedLatencies, replayWithOtherModel } from '#replay'
import { abPicture } from './ab-picture.ts'

export interface AbOptions {
  readonly latency: Latency
  readonly toleranceM: number
  /** Where the picture of both drives goes, an .svg; none when absent. */
  readonly picture?: string | undefined
  readonly out?: { write(record: TapeRecord): void } | undefined
}

export interface AbReplay {
  readonly events: number
  readonly outputs: number
  readonly ab: AbReport
  readonly picture?: string
}

/** Drives the tape again with another model and says what changed. Throws OutriderError PICTURE_NOT_WRITTEN and what replay throws. */
export const abReplay = async (tape: string, engine: Engine, options: AbOptions): Promise<AbReplay> => {
  const { latency, toleranceM, picture, out } = options
  const comparison = createAbComparison(toleranceM)
  const told = async function* (): AsyncGenerator<TapeRecord> {
    for await (const record of readTape(tape)) {
      comparison.recorded(record)
      yield record
    }
  }
  const both = {
    write(record: TapeRecord): void {
      comparison.other(record)
      out?.write(record)
    },
  }
  const recorded = await recordedLatencies(readTape(tape))
  const nowMs = () => performance.now()
  const counts = await replayWithOtherModel({ records: told(), engine, latency, recorded, nowMs, out: both })
  const { report, paths } = comparison.finish()
  if (picture === undefined) return { ...counts, ab: report }
  try {
    writeFileSync(picture, abPicture(paths, report))
  } catch (cause) {
    throw new OutriderError({
      code: 'PICTURE_NOT_WRITTEN',
      expected: `a file that can be written at ${picture}`,
      found: (cause as Error).message,
      cause,
    })
  }
  return { ...counts, ab: report, picture }
}
