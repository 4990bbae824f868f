import type { Command } from 'commander'
import { OutriderError } from '#errors'
import { openTape, readTape, type Verification, verifyTape } from '#log'
import { startModelProcess } from '#model'
import { createComparison, type Latency, replay } from '#replay'
import { abReplay } from './ab-replay.ts'
import { parseDurationMs } from './duration.ts'
import { paceAt } from './replay-pace.ts'
import { printReplay, type ReplaySummary } from './replay-report.ts'
import { replayStart } from './replay-start.ts'

interface Flags {
  readonly check?: boolean
  readonly answers: string
  readonly bundle?: string
  readonly latency: string
  readonly tolerance: string
  readonly picture?: string
  readonly out?: string
  readonly threads: string
  readonly from?: string
  readonly rate: string
  readonly json?: boolean
}

const parseLatency = (text: string): Latency =>
  text === 'recorded' || text === 'measured' ? { kind: text } : { kind: 'fixed', ms: parseDurationMs(text) }

const parseTolerance = (text: string): number => {
  const metres = Number(text.replace(/m$/, ''))
  if (text.trim() !== '' && Number.isFinite(metres) && metres >= 0) return metres
  throw new OutriderError({
    code: 'REPLAY_TOLERANCE',
    expected: '--tolerance with a distance in m, as in 0.5',
    found: JSON.stringify(text),
  })
}

const needBundle = ({ bundle, answers }: Flags): string => {
  if (bundle !== undefined) return bundle
  throw new OutriderError({
    code: 'REPLAY_NEEDS_BUNDLE',
    expected: `--bundle FOLDER with --answers ${answers}`,
    found: 'none',
    next: 'name the bundle that the tape was made with, or another',
  })
}

const checkFlags = ({ answers, from, out }: Flags): void => {
  if (!['recorded', 'recompute', 'other'].includes(answers)) {
    throw new OutriderError({
      code: 'REPLAY_ANSWERS',
      expected: 'recorded, recompute or other',
      found: JSON.stringify(answers),
    })
  }
  if (from !== undefined && (out !== undefined || answers === 'other')) {
    throw new OutriderError({
      code: 'REPLAY_FROM',
      expected: '--from without --out and --answers other: both need the drive from its beginning',
      found: out === undefined ? '--answers other' : '--out',
    })
  }
}

/** Verifies, replays, compares; the exit code says whether the tape is what it claims to be. */
const runReplay = async (tape: string, flags: Flags): Promise<ReplaySummary> => {
  const verification: Verification | undefined = flags.check ? await verifyTape(tape) : undefined
  if (verification && verification.damaged.length > 0) return { tape, verification }
  const pace = paceAt(flags.rate)
  const start = flags.from === undefined ? undefined : await replayStart(tape, flags.from)
  const from = start?.snapshot

  const out = flags.out === undefined ? undefined : await openTape(flags.out)
  const startEngine = () =>
    startModelProcess({ bundle: needBundle(flags), threads: Number(flags.threads), onChange: () => {} })
  try {
    if (flags.answers === 'other') {
      const engine = startEngine()
      try {
        const { picture } = flags
        const options = {
          latency: parseLatency(flags.latency),
          toleranceM: parseTolerance(flags.tolerance),
          picture,
          out,
        }
        return { tape, ...(await abReplay(tape, engine, options)), ...(verification ? { verification } : {}) }
      } finally {
        await engine.close()
      }
    }
    const comparison = flags.check ? createComparison() : undefined
    const recompute = flags.answers === 'recompute' ? startEngine() : undefined
    try {
      const startedMs = performance.now()
      const report = await replay({
        records: start?.records ?? readTape(tape),
        ...(from ? { from } : {}),
        ...(pace ? { pace } : {}),
        ...(comparison ? { comparison } : {}),
        ...(out ? { out } : {}),
        ...(recompute ? { recompute } : {}),
      })
      return {
        tape,
        ...report,
        wallMs: performance.now() - startedMs,
        ...(flags.from === undefined ? {} : { from: from && { logTimeNs: from.logTimeNs, sequence: from.sequence } }),
        ...(verification ? { verification } : {}),
        ...(comparison ? { comparison: comparison.finish() } : {}),
      }
    } finally {
      await recompute?.close()
    }
  } finally {
    await out?.close()
  }
}

export const registerReplay = (program: Command): void => {
  program
    .command('replay')
    .argument('<tape>', 'an .mcap file that drive wrote')
    .description('Run a recorded drive again, event by event, as fast as the machine goes.')
    .option('--check', 'verify the file, then compare every message that step made; exit 1 when damaged or diverged')
    .option(
      '--answers <how>',
      'recorded; recompute (run the model again and compare its tokens); other (with --bundle)',
      'recorded',
    )
    .option('--bundle <folder>', 'the model for --answers recompute or other')
    .option('--latency <when>', 'with other: recorded, measured, or a duration such as 300ms', 'recorded')
    // Half of the room that a car of 1.9 m has in a lane of 3 m, each side.
    .option('--tolerance <m>', 'with other: plans count as apart from this RMS distance of their poses on; m', '0.5')
    .option('--picture <file>', 'with other: draw both drives from above, an .svg')
    .option('--threads <n>', 'threads of the model process', '2')
    .option('--from <when>', 'start at the last snapshot before 12s of the drive, or before a stamp in ns')
    .option('--rate <number|max>', 'tape seconds a second, at most; what comes out is the same', 'max')
    .option('--out <file>', 'write the replayed drive; two replays of one tape are equal byte for byte')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  outrider replay live.mcap --check\n  outrider replay live.mcap --check --from 12s\n  outrider replay live.mcap --answers recompute --bundle models/nano\n  outrider replay live.mcap --answers other --bundle models/other --picture both.svg',
    )
    .action(async (tape: string, flags: Flags) => {
      checkFlags(flags)
      process.exitCode = printReplay(await runReplay(tape, flags), flags.json === true)
    })
}
