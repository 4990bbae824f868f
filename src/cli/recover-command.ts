import type { Command } from 'commander'
import { type Recovery, recoverTape } from '#log'
import { byteProgress } from './byte-progress.ts'
import { toJson } from './to-json.ts'

const HELP = `
Example:
  outrider recover broken.mcap whole.mcap

Exits with 1 when the tape was damaged and not just cut: then what stands before the damage is kept.
Keys of the JSON object: result (recovered, whole, damaged), source, target, complete, damaged[], messages, events, chunks,
spanNs [first event, last event], lost {bytes, record, untilNs}, chainSha256, sameChain (as the source's).
`

/** Reading that takes long enough, about a second, for a bar. */
const WORTH_A_BAR_BYTES = 300e6

type Result = 'recovered' | 'whole' | 'damaged'

const resultOf = ({ damaged, complete }: Recovery): Result => {
  if (damaged.length > 0) return 'damaged'
  return complete ? 'whole' : 'recovered'
}

export const registerRecover = (program: Command): void => {
  program
    .command('recover')
    .description('make a closed tape of one that was cut (crash, loss of power, full disk), up to its last whole chunk')
    .argument('<broken>', 'the tape that was cut; it stays as it is')
    .argument('<out>', 'the tape to write')
    .option('--force', 'write over a file that is there')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (broken: string, out: string, flags: { readonly force?: boolean; readonly json?: boolean }) => {
      const progress = byteProgress('recover')
      const onProgress = (done: number, size: number): void => {
        if (size >= WORTH_A_BAR_BYTES) progress.update(done, size)
      }
      const recovery = await recoverTape(broken, out, { force: flags.force === true, onProgress }).finally(() =>
        progress.stop(),
      )
      const result = resultOf(recovery)
      console.log(flags.json ? toJson({ result, ...recovery }) : lines(recovery, result).join('\n'))
      process.exitCode = result === 'damaged' ? 1 : 0
    })
}

const lines = (recovery: Recovery, result: Result): readonly string[] => {
  const { source, target, messages, events, chunks, spanNs, damaged, chainSha256, sameChain } = recovery
  return [
    `${result}: ${source}`,
    ...damaged.map(
      ({ offset, what, expected, found }) =>
        `  damaged at byte ${offset}: ${what}: expected ${expected}; found ${found}`,
    ),
    spanNs
      ? `  kept: ${messages} messages, ${events} of them events over ${seconds(spanNs)} s, in ${chunks} chunks`
      : `  kept: ${messages} messages and no event: not one chunk of the drive is whole`,
    `  lost: ${lossLine(recovery)}`,
    `  chain ${chainSha256.slice(0, 16)}…, ${sameChain ? 'as before' : 'not as before: the schemas were of another version'}`,
    `  tape ${target}`,
  ]
}

const lossLine = ({ lost: { bytes, record, untilNs }, spanNs }: Recovery): string => {
  if (record === 'none') return 'nothing that was in the file'
  if (record === 'index') return `no message that was in the file; ${bytes} bytes of indexes, which are made anew`
  if (record === 'unreadable') return `${bytes} bytes after the last chunk before the damage`
  const driven = untilNs !== undefined && spanNs ? `, at least ${seconds([spanNs[1], untilNs])} s of driving` : ''
  return `${bytes} bytes after the last whole chunk${driven}`
}

const seconds = ([from, to]: readonly [bigint, bigint]): string => (Number(to - from) / 1e9).toFixed(2)
