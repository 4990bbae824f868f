import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { formatRig } from '#calibration'
import { OutriderError } from '#errors'
import { openTape } from '#log'
import { type ForeignDrive, openDgp, openNuscenes } from '#replay'
import { countProgress } from './count-progress.ts'
import { parseDurationMs } from './duration.ts'

interface Flags {
  readonly out: string
  readonly scene?: string
  readonly tables?: string
  readonly keyFrames?: boolean
  readonly frameInterval?: string
  readonly json?: boolean
}

export const registerImport = (program: Command): void => {
  const importCommand = program
    .command('import')
    .description('Turn a foreign drive into a tape and a rig file beside it.')
  importCommand
    .command('nuscenes')
    .argument('<folder>', 'nuScenes as it was unpacked: samples, sweeps and v1.0-…')
    .description('One scene of nuScenes: cameras, calibration, ego state, route, annotations.')
    .requiredOption('--out <tape>', 'the tape to write (.mcap); the rig goes beside it (.rig.yaml)')
    .option('--scene <name>', 'as in scene-0061; may be left out where there is but one')
    .option('--tables <name>', 'as in v1.0-mini; may be left out where there is but one')
    .option('--key-frames', 'leave the sweeps out: images at 2 Hz, not 12 Hz')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText('after', '\nExample:\n  outrider import nuscenes /data/nuscenes --scene scene-0061 --out a.mcap')
    .action(async (folder: string, flags: Flags) => {
      const drive = await openNuscenes(folder, {
        scene: flags.scene,
        version: flags.tables,
        keyFramesOnly: flags.keyFrames === true,
      })
      const summary = await writeDrive(drive, flags.out)
      console.log(flags.json ? JSON.stringify(summary) : lines(summary))
    })
  importCommand
    .command('dgp')
    .argument('<folder>', 'one scene of TRI, DDAD or another DGP data set: scene_….json, calibration and rgb')
    .description(
      'One scene in the DGP format: cameras, calibration, ego state, route, boxes in space and in the images.',
    )
    .requiredOption('--out <tape>', 'the tape to write (.mcap); the rig goes beside it (.rig.yaml)')
    .option('--frame-interval <duration>', 'true time between two frames, where the stamps in the files are wrong')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText('after', '\nExample:\n  outrider import dgp /data/scene-02 --out b.mcap --frame-interval 0.1s')
    .action(async (folder: string, flags: Flags) => {
      const { frameInterval } = flags
      const drive = await openDgp(folder, {
        frameIntervalS: frameInterval === undefined ? undefined : parseDurationMs(frameInterval) / 1000,
      })
      const summary = await writeDrive(drive, flags.out)
      console.log(flags.json ? JSON.stringify(summary) : lines(summary))
    })
}

interface Summary {
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

const writeDrive = async (drive: ForeignDrive, tapePath: string): Promise<Summary> => {
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

const lines = ({ drive, tape, rig, notes, durationS, messages }: Summary): string =>
  [
    `imported ${drive}, ${durationS.toFixed(1)} s`,
    ...notes.map((note) => `note: ${note}`),
    ...Object.entries(messages)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([topic, count]) => `  ${topic}  ${count}`),
    `tape ${tape}`,
    `rig  ${rig}`,
  ].join('\n')
