import { SingleBar } from 'cli-progress'

export interface CountProgress {
  update(done: number): void
  stop(): void
}

/** A bar of `total` things on standard error; lines where that is not a terminal. */
export const countProgress = (label: string, total: number): CountProgress => {
  if (!process.stderr.isTTY) return progressLines(label, total, console.error, () => performance.now())
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${label} {bar} {value} of {total}, {eta_formatted} left`,
  })
  bar.start(total, 0)
  return { update: (done) => bar.update(done), stop: () => bar.stop() }
}

export interface ProgressInTurn {
  update(label: string, done: number): void
  stop(): void
}

/** The same `total` things in several passes: a bar for each, from when it is first heard of. */
export const progressInTurn = (total: number, open = countProgress): ProgressInTurn => {
  let current: { readonly label: string; readonly bar: CountProgress } | undefined
  const stop = (): void => {
    current?.bar.stop()
    current = undefined
  }
  return {
    update(label, done) {
      if (current?.label !== label) {
        stop()
        current = { label, bar: open(label, total) }
      }
      current.bar.update(done)
    },
    stop,
  }
}

/** Nobody who reads a log should wonder for longer whether anything goes on. */
const QUIET_MS = 30_000

/** A line each quarter, and after half a minute without one; what is left to wait as soon as there is something to judge by. */
export const progressLines = (
  label: string,
  total: number,
  say: (line: string) => void,
  nowMs: () => number,
): CountProgress => {
  const beganMs = nowMs()
  let nextQuarter = 1
  let saidMs = beganMs
  return {
    update(done) {
      const quarter = Math.floor((done * 4) / total)
      const atMs = nowMs()
      if (quarter < nextQuarter && atMs - saidMs < QUIET_MS) return
      nextQuarter = quarter + 1
      saidMs = atMs
      const leftMs = ((atMs - beganMs) * (total - done)) / done
      say(`${label}: ${done} of ${total}${leftMs >= QUIET_MS && done > 0 ? `, ${inWords(leftMs)} left` : ''}`)
    },
    stop() {},
  }
}

const inWords = (ms: number): string =>
  ms < 90_000 ? `about ${Math.round(ms / 1000)} s` : `about ${Math.round(ms / 60_000)} min`
