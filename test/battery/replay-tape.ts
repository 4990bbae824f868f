import { type ChildProcess, spawn } from 'node:child_process'
import { relative } from 'node:path'
import { ROOT } from '../oracles.ts'
import type { Condition } from './conditions.ts'
import { endOf } from './end-of.ts'

/** The built command: what is shipped is what is tried. */
const COMMAND = `${ROOT}bin/outrider.js`

/** What `outrider replay --check --json` says; fields as it prints them. */
export interface ReplayAnswer {
  readonly code: number | string
  readonly result: string
  readonly compared: number
  readonly diverged: number
  readonly first:
    | { readonly kind: string; readonly topic: string; readonly sequence: number; readonly logTimeNs: string }
    | undefined
  readonly events: number
  /** Sequence of the snapshot that it started after. */
  readonly fromSnapshot: number | undefined
  readonly recomputed: { readonly answers: number; readonly tokens: number; readonly differing: number } | undefined
  /** When it did not answer. */
  readonly stderr: string
}

/** Replays and checks a tape as a person would at the command line. */
export const replayTape = async (
  tape: string,
  args: readonly string[],
  { env = {}, folder = 'repository', load = 0 }: Partial<Condition> = {},
): Promise<ReplayAnswer> => {
  const cwd = folder === 'root' ? '/' : ROOT
  const busy = Array.from({ length: load }, startBusy)
  try {
    const named = folder === 'root' ? relative('/', tape) : tape
    const command = [COMMAND, 'replay', named, '--check', '--json', ...args]
    const child = spawn(process.execPath, command, { cwd, env: { ...process.env, ...env } })
    const { code, stdout, stderr } = await endOf(child)
    return answerFrom(code, stdout, stderr)
  } finally {
    for (const child of busy) child.kill('SIGKILL')
  }
}

const startBusy = (): ChildProcess => spawn(process.execPath, ['-e', 'for (;;) Math.random()'], { stdio: 'ignore' })

const answerFrom = (code: number | string, stdout: string, stderr: string): ReplayAnswer => {
  const said = parsed(stdout)
  const { comparison, recompute, from } = said
  return {
    code,
    result: said.result ?? said.error?.code ?? 'no answer',
    compared: comparison?.compared ?? 0,
    diverged: comparison?.diverged ?? 0,
    first: comparison?.first,
    events: said.events ?? 0,
    fromSnapshot: from?.sequence,
    recomputed: recompute && {
      answers: recompute.answers,
      tokens: recompute.tokens,
      differing: recompute.differences.length,
    },
    stderr: stderr.slice(-2000),
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the command's own JSON; what is missing shows as a failed check
const parsed = (text: string): any => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
