import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { OutriderError } from '#errors'
import {
  COMMA2K19_CARS,
  type Comma2k19CarName,
  type ForeignDrive,
  openComma2k19,
  openDgp,
  openMcap,
  openNuscenes,
  parseImportMap,
} from '#replay'
import { parseDurationMs } from './duration.ts'
import { importLines, writeDrive } from './write-drive.ts'

interface Flags {
  readonly out: string
  readonly scene?: string
  readonly tables?: string
  readonly keyFrames?: boolean
  readonly frameInterval?: string
  readonly car?: string
  readonly map?: string
  readonly ffmpeg?: string
  readonly json?: boolean
}

const write = async (drive: ForeignDrive, { out, json }: Flags): Promise<void> => {
  const summary = await writeDrive(drive, out)
  console.log(json ? JSON.stringify(summary) : importLines(summary))
}

const parseCar = (name: string): Comma2k19CarName => {
  if (Object.hasOwn(COMMA2K19_CARS, name)) return name as Comma2k19CarName
  throw new OutriderError({
    code: 'IMPORT_CAR_UNKNOWN',
    expected: `a car of comma2k19: ${Object.keys(COMMA2K19_CARS).join(', ')}`,
    found: name,
  })
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
      await write(drive, flags)
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
      await write(drive, flags)
    })
  importCommand
    .command('comma2k19')
    .argument('<folder>', 'one minute of comma2k19: global_pose and processed_log')
    .description(
      'The ego of one minute of comma2k19: pose, velocity, acceleration, yaw rate, steering, route. No images.',
    )
    .requiredOption('--out <tape>', 'the tape to write (.mcap); the rig goes beside it (.rig.yaml)')
    .option('--car <name>', 'rav4 or civic, for the steering ratio; may be left out where the path names the device')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText('after', '\nExample:\n  outrider import comma2k19 /data/comma2k19/minute --car rav4 --out c.mcap')
    .action(async (folder: string, flags: Flags) => {
      const car = flags.car === undefined ? undefined : parseCar(flags.car)
      await write(await openComma2k19(folder, { car }), flags)
    })
  importCommand
    .command('mcap')
    .argument('<tape>', 'an MCAP file of somebody else: Foxglove protobuf or ROS 2')
    .description('A foreign tape, by a map that says which of its topics is what: see docs/import-mcap.md.')
    .requiredOption('--map <file>', 'the map of topics (YAML)')
    .requiredOption('--out <tape>', 'the tape to write (.mcap); the rig goes beside it (.rig.yaml)')
    .option('--ffmpeg <path>', 'the ffmpeg that decodes video; default: as found on the path')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText('after', '\nExample:\n  outrider import mcap drive_0.mcap --map car.map.yaml --out d.mcap')
    .action(async (tape: string, flags: Flags) => {
      const map = parseImportMap(await readText(flags.map ?? ''))
      await write(await openMcap(tape, map, { ffmpeg: flags.ffmpeg }), flags)
    })
}

const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw new OutriderError({
      code: 'IMPORT_MAP_NOT_READ',
      expected: `a map of topics at ${path}`,
      found: cause instanceof Error ? cause.message : String(cause),
    })
  })
