import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ROOT } from '../../../test/oracles.ts'
import { importMapSchema, parseImportMap } from './import-map.ts'

const EXAMPLES = `${ROOT}examples/import-mcap`

test.each(readdirSync(EXAMPLES))('the example %s is a map', (name) => {
  expect(parseImportMap(readFileSync(`${EXAMPLES}/${name}`, 'utf8')).cameras.length).toBeGreaterThan(1)
})

test('every key of the map stands in docs/import-mcap.md', () => {
  const keys = new Set<string>()
  JSON.stringify(z.toJSONSchema(importMapSchema, { io: 'input' }), (key, value) => {
    if (key === 'properties') for (const name of Object.keys(value)) keys.add(name)
    return value
  })
  expect(keys.size).toBeGreaterThan(25)
  const text = readFileSync(`${ROOT}docs/import-mcap.md`, 'utf8')
  // Coefficients of lenses are a rig file's.
  const unnamed = [...keys].filter((key) => !/^[kp]\d$/.test(key) && !new RegExp(`[\`.]${key}[\`.[]`).test(text))
  expect(unnamed).toEqual([])
})
