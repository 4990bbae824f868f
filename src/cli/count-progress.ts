import { SingleBar } from 'cli-progress'

export interface CountProgress {
  update(done: number): void
  stop(): void
}

/** A bar of `total` things on standard error; a line each quarter where that is not a terminal. */
export const countProgress = (label: string, total: number): CountProgress => {
  if (!process.stderr.isTTY) return lines(label, total)
  const bar = new SingleBar({ stream: process.stderr, format: `${label} {bar} {value} of {total}` })
  bar.start(total, 0)
  return { update: (done) => bar.update(done), stop: () => bar.stop() }
}

const lines = (label: string, total: number): CountProgress => {
  let next = 1
  return {
    update(done) {
      const quarter = Math.floor((done * 4) / total)
      if (quarter < next) return
      next = quarter + 1
      console.error(`${label}: ${done} of ${total}`)
    },
    stop() {},
  }
}
