import { writeFile } from 'node:fs/promises'
import { formatRig } from '#calibration'
import { OutriderError } from '#errors'
import { openTape } from '#log'
import type { ForeignDrive } from '#replay'
import { countProgress } from './count-progress.ts'

export interface ImportSummary {
  readonly drive: string
  readonly tape: string
  readonly rig: string
  readonly durationS: number
  readonly notes: readonly string[]
  /** By topic. */
  readonly messages: Readonly<Record<string, number>>
}

/** Closed chunks that may wait for the disk before the next image is read: a second of six cameras. */
const RECORDS_BETWEEN_FLUSHES = 72

/** Writes the drive's tape and, beside it, its rig file, with progress on standard error. Throws TAPE_NOT_WRITTEN, IMPORT_…. */
export const writeDrive = async (drive: ForeignDrive, tapePath: string): Promise<ImportSummary> => {
  const rigPath = rigBeside(tapePath)
  const progress = countProgress('importing', drive.recordCount)
  const tape = await openTape(tapePath)
  const messages: Record<string, number> = {}
  let firstNs: bigint | undefined
  let lastNs = 0n
  let written = 0
  try {
    for await (const record of drive.records) {
      tape.write(record)
      written += 1
      if (written % RECORDS_BETWEEN_FLUSHES === 0) await tape.flush()
      messages[record.topic] = (messages[record.topic] ?? 0) + 1
      firstNs ??= record.publishTimeNs
      lastNs = record.publishTimeNs
      progress.update(written)
    }
  } finally {
    progress.stop()
    await tape.close()
  }
  await writeFile(rigPath, formatRig(drive.rig, drive.rigComment)).catch((cause) => {
    throw new OutriderError({
      code: 'IMPORT_NOT_WRITTEN',
      expected: `to write ${rigPath}`,
      found: String(cause),
      cause,
    })
  })
  return {
    drive: drive.name,
    tape: tapePath,
    rig: rigPath,
    notes: drive.notes ?? [],
    durationS: Number(lastNs - (firstNs ?? 0n)) / 1e9,
    messages,
  }
}

/** a.mcap -> a.rig.yaml */
const rigBeside = (tapePath: string): string => `${tapePath.replace(/\.mcap$/, '')}.rig.yaml`

export const importLines = ({ drive, tape, rig, notes, durationS, messages }: ImportSummary): string =>
  [
    `imported ${drive}, ${durationS.toFixed(1)} s`,
    ...notes.map((note) => `note: ${note}`),
    ...Object.entries(messages)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([topic, count]) => `  ${topic}  ${count}`),
    `tape ${tape}`,
    `rig  ${rig}`,
  ].join('\n')
