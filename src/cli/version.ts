import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// Three folders up from dist/src/cli, two from src/cli.
const up = import.meta.url.endsWith('.ts') ? '../../' : '../../../'

/** The folder that package.json stands in, with a slash at the end. */
export const PACKAGE_ROOT = fileURLToPath(new URL(up, import.meta.url))

const manifest: { version: string; dependencies: Record<string, string> } = JSON.parse(
  readFileSync(`${PACKAGE_ROOT}package.json`, 'utf8'),
)

export const VERSION = manifest.version

/** Versions of the libraries whose numbers end up in an answer, as pinned. */
export const DEPENDENCIES: Readonly<Record<string, string>> = manifest.dependencies
