import { type Command, Option } from 'commander'
import { OutriderError } from '#errors'
import type { DetectionSource } from '../evaluation/tracking/track-truth.ts'
import { readTruth } from '../evaluation/tracking/truth.ts'
import { evaluateTracking, type TrackingReport } from '../evaluation/tracking.ts'
import { registerEvaluateClosedLoop } from './evaluate-closed-loop-command.ts'
import { registerEvaluateCompare } from './evaluate-compare-command.ts'
import { registerEvaluateDriving } from './evaluate-driving-command.ts'
import { registerEvaluateEmbodied } from './evaluate-embodied-command.ts'
import { readRig } from './read-rig.ts'
import { trackingLines } from './tracking-report.ts'

const TRACKING_HELP = `
Examples:
  outrider evaluate tracking b.mcap --detections ground-truth-2d
  outrider evaluate tracking b.mcap --detections ground-truth-3d --json

Keys of the JSON object (m, m/s, rad, s; a distribution is {count, mean, median, p95, max}):
  detections, frames, spanS, boxes, notLifted[], tracks
  position    all, byDistance[] {fromM, toM, errorM, medianShareOfDistance}, consistency
  velocity    errorMps, relativeAbove2Mps (also within15Percent), consistency, consistencyAtLast
  heading     errorRad, unknown
  identity    agents, switches, transfers
  duplicates  inSeveralCameras, duplicates, mixed
  misses      detected, missed, undetected
A consistency is {count, inside95, share, expectedInside [least, most], meanSquaredSigmas}: how many errors lie in the
95 % ellipse of their own covariance, and between how many they should.
`

interface TrackingFlags {
  readonly detections: DetectionSource
  readonly rig?: string
  readonly json?: boolean
}

export const registerEvaluate = (program: Command): void => {
  const evaluate = program.command('evaluate').description('score a tape against what was really there')
  registerEvaluateDriving(evaluate)
  registerEvaluateClosedLoop(evaluate)
  registerEvaluateEmbodied(evaluate)
  registerEvaluateCompare(evaluate)
  evaluate
    .command('tracking')
    .description("feed a tape's true boxes to the tracker: position, velocity, identity, duplicates, misses")
    .argument('<tape>', 'an MCAP file with ground truth, as import and simulate write it')
    .addOption(
      new Option('--detections <source>', 'boxes in space, or boxes in the images that are lifted to the ground')
        .choices(['ground-truth-3d', 'ground-truth-2d'])
        .makeOptionMandatory(),
    )
    .option('--rig <file>', 'rig file (default: beside the tape, .rig.yaml)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', TRACKING_HELP)
    .action(async (tape: string, { detections, rig: rigPath, json = false }: TrackingFlags) => {
      const rig = readRig(rigPath ?? tape.replace(/(\.mcap)?$/, '.rig.yaml'))
      const truth = await readTruth(tape, rig)
      if (detections === 'ground-truth-2d' && truth.frames.every(({ imageBoxes }) => imageBoxes.length === 0)) {
        throw new OutriderError({
          code: 'EVALUATION_NO_TRUTH',
          expected: `boxes on /ground-truth/image-boxes of ${tape}`,
          found: 'none',
          next: 'import the drive again, or use --detections ground-truth-3d',
        })
      }
      const report: TrackingReport = evaluateTracking(truth, rig, detections)
      if (json) console.log(JSON.stringify({ tape, ...report }))
      else for (const line of trackingLines(tape, report)) console.log(line)
    })
}
