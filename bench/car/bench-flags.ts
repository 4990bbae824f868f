import { parseDurationMs } from '../../src/cli/duration.ts'

/** The value after `--name`, or the default. */
export const durationFlagMs = (name: string, otherwise: string): number => {
  const at = process.argv.indexOf(`--${name}`)
  return parseDurationMs((at < 0 ? undefined : process.argv[at + 1]) ?? otherwise)
}
