import { Presets, SingleBar } from 'cli-progress'

/** Bytes in a gigabyte, as disks are sold. */
const GB = 1e9

export interface ByteProgress {
  update(done: number, total: number): void
  stop(): void
}

/** A bar on standard error; a line each tenth where that is not a terminal. */
export const byteProgress = (label: string): ByteProgress => {
  if (!process.stderr.isTTY) return lines(label)
  const bar = new SingleBar(
    {
      stream: process.stderr,
      format: `${label} {bar} {percentage} %  {value} of {total} GB  {eta_formatted} left`,
      formatValue: (value, _options, kind) =>
        kind === 'value' || kind === 'total' ? (value / GB).toFixed(2) : `${value}`,
    },
    Presets.shades_classic,
  )
  let started = false
  return {
    update(done, total) {
      if (!started) bar.start(total, 0)
      started = true
      bar.update(done)
    },
    stop() {
      if (started) bar.stop()
    },
  }
}

const lines = (label: string): ByteProgress => {
  let next = 0
  return {
    update(done, total) {
      const tenth = Math.floor((done / total) * 10)
      if (tenth < next) return
      next = tenth + 1
      console.error(`${label}: ${(done / GB).toFixed(2)} of ${(total / GB).toFixed(2)} GB`)
    },
    stop() {},
  }
}
