import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { type BoxResiduals, type Coverage, checkRig, coverageOf, type RigFinding } from '#calibration'
import { OutriderError } from '#errors'
import { rigResiduals } from '../evaluation/rig-residuals.ts'
import { readTruth } from '../evaluation/tracking/truth.ts'
import { coveragePicture, SHOWN_M } from './coverage-picture.ts'
import { readRig } from './read-rig.ts'

const HELP = `
Examples:
  outrider calibration check car.rig.yaml
  outrider calibration check b.rig.yaml --tape b.mcap --json

Keys of the JSON object:
  rig, findings[] {code, where, expected, found}
  coverage    cameras[] {view, nearestGroundM}, gapsDeg[] {from, to} (from ahead, left positive), picture
  residuals[] {view, boxes, meanX, meanY, medianPx, p95Px}: known boxes against those that the rig draws; with --tape
Exit code 1 when there are findings. calibration/README.md explains the codes.
`

interface Flags {
  readonly tape?: string
  readonly picture: string | boolean
  readonly json?: boolean
}

export const registerCalibration = (program: Command): void => {
  const calibration = program.command('calibration').description('look after the rig: what its cameras see, and where')
  calibration
    .command('check')
    .description(
      'name the faults of a rig, by itself and against the boxes of a tape, and draw what it sees from above',
    )
    .argument('<rig>', 'rig file (.rig.yaml)')
    .option('--tape <file>', 'a tape with ground truth in space and in the images, as import writes it')
    .option('--picture <file>', 'where to draw the coverage, ahead is up (default: beside the rig, .coverage.png)')
    .option('--no-picture', 'draw nothing')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (rigPath: string, { tape, picture, json = false }: Flags) => {
      const rig = readRig(rigPath)
      const coverage = coverageOf(rig, SHOWN_M)
      const picturePath = picture === false ? undefined : typeof picture === 'string' ? picture : besideRig(rigPath)
      if (picturePath !== undefined) await write(picturePath, coveragePicture(rig, coverage))
      const { residuals, findings: shifted } = tape
        ? rigResiduals(await readTruth(tape, rig), rig)
        : { residuals: [], findings: [] }
      const findings = [...checkRig(rig), ...shifted]
      if (json) {
        console.log(
          JSON.stringify({
            rig: rigPath,
            findings,
            coverage: { ...seen(coverage), picture: picturePath },
            ...(tape ? { residuals } : {}),
          }),
        )
      } else {
        for (const line of lines(rigPath, findings, coverage, residuals)) console.log(line)
        if (picturePath !== undefined) console.log(`picture   ${picturePath}`)
      }
      if (findings.length > 0) process.exitCode = 1
    })
}

const besideRig = (rigPath: string): string => `${rigPath.replace(/(\.rig)?\.ya?ml$/, '')}.coverage.png`

const write = (path: string, bytes: Uint8Array): Promise<void> =>
  writeFile(path, bytes).catch((cause) => {
    throw new OutriderError({
      code: 'PICTURE_NOT_WRITTEN',
      expected: `to write ${path}`,
      found: String(cause),
      next: 'name another place with --picture, or leave it out with --no-picture',
      cause,
    })
  })

const inDegrees = (rad: number): number => Math.round((rad * 1800) / Math.PI) / 10

const seen = ({ cameras, gaps }: Coverage) => ({
  cameras: cameras.map(({ view, nearestM }) => ({ view, nearestGroundM: nearestM })),
  gapsDeg: gaps.map(({ fromRad, toRad }) => ({ from: inDegrees(fromRad), to: inDegrees(toRad) })),
})

const lines = (
  rigPath: string,
  findings: readonly RigFinding[],
  coverage: Coverage,
  residuals: readonly BoxResiduals[],
): readonly string[] => {
  const { cameras, gapsDeg } = seen(coverage)
  const px = (value: number | undefined) => (value ?? 0).toFixed(2)
  return [
    findings.length === 0 ? `${rigPath}: nothing to complain about` : `${rigPath}: ${findings.length} findings`,
    ...findings.map(({ code, where, expected, found }) => `  ${code} ${where}: expected ${expected}; found ${found}`),
    ...cameras.map(
      ({ view, nearestGroundM }) =>
        `sees      ${view.padEnd(12)} ${nearestGroundM === undefined ? 'no ground' : `ground from ${nearestGroundM.toFixed(1)} m on`}`,
    ),
    ...(gapsDeg.length === 0
      ? ['all around']
      : gapsDeg.map(({ from, to }) => `unseen    from ${from} to ${to} degrees, left positive`)),
    ...residuals.map(({ view, boxes, meanX, meanY, medianPx, p95Px }) =>
      boxes === 0
        ? `boxes     ${view.padEnd(12)} none`
        : `boxes     ${view.padEnd(12)} ${boxes}: mean ${px(meanX)} px right, ${px(meanY)} px down; worst edge median ${px(medianPx)}, p95 ${px(p95Px)} px`,
    ),
  ]
}
