#!/usr/bin/env node
import { existsSync } from 'node:fs'

const entry = new URL('../dist/src/cli/main.js', import.meta.url)
if (!existsSync(entry)) {
  console.error('outrider: OUTRIDER_NOT_BUILT: expected dist/src/cli/main.js, found none. Next step: npm run build')
  process.exit(2)
}
await import(entry.href)
