import { cpus, loadavg, totalmem } from 'node:os'

/** One benchmark's answer. */
export interface BenchReport {
  /** The file's name without .ts. */
  readonly name: string
  /** How many samples stand behind the figures. */
  readonly n: number
  /** Name with its unit -> value, as in ipcP50Ms. */
  readonly figures: Readonly<Record<string, number>>
  /** Ours over what it was measured against, in the same run; 1 is equal. */
  readonly ratios: Readonly<Record<string, number>>
  /** Figure or ratio -> the most it may be. Passing one ends the process with 1. */
  readonly limits?: Readonly<Record<string, number>>
}

/** What others asked of the machine before the benchmark did: runnable threads, mean of the last minute. */
const loadBefore = loadavg()[0] ?? Number.NaN

/** Where a figure was measured: without it a number says nothing. */
const machine = () => {
  const all = cpus()
  const memoryGib = Math.round(totalmem() / 2 ** 30)
  const { node, v8 } = process.versions
  const cpu = all[0]?.model.trim() ?? 'unknown'
  return { cpu, cores: all.length, memoryGib, node, v8, platform: process.platform, loadBefore }
}

/** Four digits: what differs after them is noise. */
const rounded = (values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value.toPrecision(4))]))

/** Prints one JSON object with --json, else a table for people; sets the exit code to 1 when a limit is passed. */
export const reportBench = ({ name, n, figures, ratios, limits = {} }: BenchReport): void => {
  const measured: Record<string, number> = { ...figures, ...ratios }
  const passed = Object.entries(limits).filter(([figure, most]) => !((measured[figure] ?? Number.NaN) <= most))
  if (process.argv.includes('--json')) {
    console.log(
      JSON.stringify({ name, machine: machine(), n, figures: rounded(figures), ratios: rounded(ratios), limits }),
    )
  } else {
    const { cpu, cores, memoryGib, node } = machine()
    console.log(`${name}: n = ${n}, ${cores} x ${cpu}, ${memoryGib} GiB, Node ${node}, load before ${loadBefore}`)
    for (const [figure, value] of Object.entries(rounded(measured))) {
      const most = limits[figure]
      console.log(`  ${figure.padEnd(32)} ${value}${most === undefined ? '' : `  (at most ${most})`}`)
    }
  }
  for (const [figure, most] of passed)
    console.error(`${name}: ${figure}: expected at most ${most}; found ${measured[figure]}`)
  if (passed.length > 0) process.exitCode = 1
}

/** The value below which the share lies, by nearest rank; `values` need no order. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}
