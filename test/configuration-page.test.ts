import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { configurationPage } from '../scripts/generate-configuration.ts'
import { ROOT } from './oracles.ts'

it('the page on configuration is what the schema says today (npm run generate)', () => {
  const page = configurationPage()
  expect(readFileSync(`${ROOT}docs/configuration.md`, 'utf8')).toBe(page)
  // Each number has its unit and its reason beside it.
  for (const row of page.split('\n').filter((line) => line.startsWith('| `'))) expect(row).toMatch(/\| [^|\s].*\|$/)
})
