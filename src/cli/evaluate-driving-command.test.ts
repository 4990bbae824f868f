import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OUTRIDER, ROOT } from '../../test/oracles.ts'

const run = async (...args: string[]) => {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...OUTRIDER, ...args], { maxBuffer: 2 ** 26 })
    return { code: 0, stdout }
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string }
    return { code, stdout }
  }
}

let folder: string
let tape: string
const rig = `${ROOT}examples/nano/nano.rig.yaml`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-evaluate-driving-'))
  tape = join(folder, 'drive.mcap')
  const made = ['--scenario', 'straight', '--seed', '2', '--seconds', '3', '--rig', rig, '--out', tape]
  expect((await run('simulate', ...made)).code).toBe(0)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('outrider evaluate driving', () => {
  it('scores the planners without eyes on a tape, writes a page, and a report that compares with itself', async () => {
    const page = join(folder, 'report.html')
    const { code, stdout } = await run('evaluate', 'driving', tape, '--rig', rig, '--json', '--report', page)
    expect(code).toBe(0)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ version: 1, scenes: { count: 3, drives: 1 }, made: { tapes: [tape], rig: 'nano' } })
    expect(report.planners.map(({ planner }: { planner: string }) => planner).slice(0, 3)).toEqual([
      'constant-velocity',
      'stopped',
      'route-idm',
    ])
    expect(readFileSync(page, 'utf8')).toContain('<svg')
    const file = join(folder, 'a.json')
    writeFileSync(file, stdout)
    const compared = await run('evaluate', 'compare', file, file, '--json')
    expect(JSON.parse(compared.stdout)).toEqual({ sameQuestions: true, differences: [], apart: [] })
  }, 120_000)

  it.each([
    ['neither tapes nor a suite', [], 'EVALUATE_DRIVING_FLAG'],
    ['both', ['a.mcap', '--suite', 'held-out'], 'EVALUATE_DRIVING_FLAG'],
    ['a suite that nobody knows', ['--suite', 'hard'], 'SUITE_UNKNOWN'],
    [
      'weights that are not there',
      ['--suite', 'held-out', '--limit', '1', '--blind', 'none.json'],
      'EVALUATE_DRIVING_FLAG',
    ],
  ])(
    'of %s is wrong use',
    async (_, args, code) => {
      const { code: exit, stdout } = await run('evaluate', 'driving', ...args, '--json')
      expect([exit, JSON.parse(stdout).error.code]).toEqual([2, code])
    },
    120_000,
  )
})
