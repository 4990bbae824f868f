import { readFileSync } from 'node:fs'

// Three folders up from dist/src/log, two from src/log.
const up = import.meta.url.endsWith('.ts') ? '../../' : '../../../'
const manifest: { version: string } = JSON.parse(readFileSync(new URL(`${up}package.json`, import.meta.url), 'utf8'))

/** What an MCAP header calls its writer. */
export const LIBRARY = `outrider ${manifest.version}`
