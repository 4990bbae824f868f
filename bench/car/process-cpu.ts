import { readFileSync } from 'node:fs'

/** The kernel counts CPU time in these; ms. */
const CLOCK_TICK_MS = 10

/** User and system time so far of a process, or with `thread` of one of its threads; ms. Linux. */
export const cpuMsOf = (pid: number, thread?: number): number => {
  const path = thread === undefined ? `/proc/${pid}/stat` : `/proc/${pid}/task/${thread}/stat`
  // The name, in brackets, may hold blanks; user time is the 12th field after it.
  const fields = readFileSync(path, 'utf8').split(') ').at(-1)!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS
}

/** Processes that this one started whose command line contains the text. Linux. */
export const childrenLike = (text: string): number[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text))
    .map(Number)
