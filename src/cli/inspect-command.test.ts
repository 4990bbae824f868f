import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OUTRIDER } from '../../test/oracles.ts'
import { recordsOfEveryTopic, writeTape } from '../../test/tape-with-every-topic.ts'

const folder = mkdtempSync(join(tmpdir(), 'outrider-inspect-'))
const tape = join(folder, 'drive.mcap')
const inspect = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [...OUTRIDER, 'inspect', ...args])).stdout

describe('outrider inspect', () => {
  beforeAll(async () => writeTape(tape, await recordsOfEveryTopic(2)))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('prints tables that 100 columns hold, with plans, refusals, latencies and what is suspicious', async () => {
    const lines = (await inspect(tape)).split('\n')
    expect(lines.filter((line) => line.length > 100)).toEqual([])
    const text = lines.join('\n')
    expect(text).toMatch(/^\/sensors\/camera\/front +outside +20 +10\.\d\d +12 +0\.1\d\d +5\.0 +5\.0$/m)
    expect(text).toMatch(/^request to answer +4 +300\.00 /m)
    expect(text).toMatch(/^Plans: +3 made, 1 refused$/m)
    expect(text).toMatch(/^answer-refused +tasks\/driving\/plan +warning +1 /m)
    expect(text).toMatch(/^ {2}- 1 of 4 finished answers could not be used$/m)
  })

  it('prints one JSON object in which no stamp has lost a nanosecond', async () => {
    const found = JSON.parse(await inspect(tape, '--json'))
    expect(found).toMatchObject({
      path: tape,
      startNs: '1700000000000000000',
      file: { complete: true },
      planning: { requests: 4, plans: 3, refusals: 1 },
      cameras: { frameSets: 4, spreadMs: { max: 12 } },
      run: { model: { starts: 1 } },
    })
    expect(found.topics.map(({ topic }: { topic: string }) => topic)).toContain('/planners/verdict')
  })

  it('explains in its help every key of the JSON object', async () => {
    const [help, json] = await Promise.all([inspect('--help'), inspect(tape, '--json')])
    const keys = new Set<string>()
    JSON.parse(json, (key, value) => {
      // Names that the tape chose (topics, views, checks, versions) are no keys of ours.
      if (/^[a-z][a-zA-Z0-9]*$/.test(key)) keys.add(key)
      return value
    })
    for (const chosen of ['outrider', 'bundle']) keys.delete(chosen)
    expect([...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(help))).toEqual([])
  })
})
