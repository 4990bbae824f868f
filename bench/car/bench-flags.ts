import { parseDurationMs } from '../../src/cli/duration.ts'

/** The value after `--name`. */
export const flag = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : process.argv[at + 1]
}

/** The value after `--name`, or the default. */
export const durationFlagMs = (name: string, otherwise: string): number => parseDurationMs(flag(name) ?? otherwise)
