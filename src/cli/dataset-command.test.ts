import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { OUTRIDER } from '../../test/oracles.ts'

const folder = mkdtempSync(join(tmpdir(), 'outrider-dataset-'))
const out = (name: string): string => join(folder, name)
const outrider = (...args: string[]): Promise<{ stdout: string }> =>
  promisify(execFile)(process.execPath, [...OUTRIDER, ...args])
const failure = async (...args: string[]) => {
  const error = await outrider('dataset', ...args, '--json').catch((cause: { code: number; stdout: string }) => cause)
  if (!('code' in error)) throw new Error('it did not fail')
  return { exit: error.code, code: JSON.parse(error.stdout).error.code }
}
const SMALL = ['--seconds', '3', '--hard', '1']
const linesOf = (name: string, file: string): readonly string[] =>
  readFileSync(join(out(name), file), 'utf8')
    .trim()
    .split('\n')

describe('outrider dataset', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('makes the same bytes with one process and with two, and what it names is there', async () => {
    const scenarios = ['--scenarios', 'straight:1-2,curve:1']
    const { stdout } = await outrider('dataset', ...scenarios, ...SMALL, '--out', out('one'), '--json')
    await outrider('dataset', ...scenarios, ...SMALL, '--out', out('two'), '--jobs', '2')
    expect(JSON.parse(stdout)).toMatchObject({
      drives: 3,
      frameSets: 9,
      images: 54,
      tasks: { 'driving: driving/plan': { records: 9 }, 'cot: driving/plan': { records: 9 } },
    })
    for (const file of ['driving.jsonl', 'cot.jsonl', 'rl.jsonl']) {
      expect(linesOf('two', file)).toEqual(linesOf('one', file))
    }
    for (const line of linesOf('one', 'rl.jsonl')) {
      for (const image of JSON.parse(line).images) {
        const [one, two] = ['one', 'two'].map((name) => readFileSync(join(out(name), image)))
        expect(one!.equals(two!)).toBe(true)
      }
    }
  })

  it('makes of a tape what it makes of the same drive on the spot, and goes on where it stopped', async () => {
    const tape = join(folder, 'straight-1.mcap')
    const rig = 'examples/nano/nano.rig.yaml'
    await outrider('simulate', '--scenario', 'straight', '--seed', '1', '--seconds', '3', '--rig', rig, '--out', tape)
    await outrider('dataset', tape, ...SMALL, '--out', out('tape'), '--format', 'llama-factory')
    const made = linesOf('one', 'driving.jsonl').filter((line) => line.includes('"straight-1-'))
    expect(linesOf('tape', 'driving.jsonl')).toEqual(made)
    expect(existsSync(join(out('tape'), 'dataset_info.json'))).toBe(true)
    // The tape is gone: what is done is not made again.
    rmSync(tape)
    const { stdout } = await outrider('dataset', tape, ...SMALL, '--out', out('tape'), '--json')
    expect(JSON.parse(stdout)).toMatchObject({ drives: 1, frameSets: 3 })
  })

  it.each([
    ['a family that is kept for tests', 'DATASET_HELD_OUT', ['--scenarios', 'village:1']],
    ['a family that is none', 'DATASET_FLAG', ['--scenarios', 'moon:1']],
    ['neither tapes nor scenarios', 'DATASET_FLAG', []],
    ['both', 'DATASET_FLAG', ['a.mcap', '--scenarios', 'straight:1']],
    ['a drive twice', 'DATASET_FLAG', ['--scenarios', 'straight:1', '--distracted', 'straight:1-2']],
    ['a share above 1', 'DATASET_FLAG', ['--scenarios', 'straight:1', '--hard', '2']],
    ['a steady share above 1', 'DATASET_FLAG', ['--scenarios', 'straight:1', '--steady', '1.5']],
    ['a tape that is not there', 'TAPE_NOT_READ', [join(folder, 'none.mcap')]],
    ['a tape without truth', 'SCENES_NO_TRUTH', ['examples/town/town.mcap']],
    ['a rig that is not there', 'RIG_UNREADABLE', ['--scenarios', 'straight:1', '--rig', 'none.yaml']],
  ])('refuses %s', async (_, code, args) => {
    expect(await failure(...args, '--out', out('refused'))).toEqual({ exit: 2, code })
    expect(existsSync(join(out('refused'), 'driving.jsonl'))).toBe(false)
  })

  it('refuses to go on with other settings in the same folder', async () => {
    const args = ['--scenarios', 'straight:1-2,curve:1', '--seconds', '3', '--hard', '0.5', '--out', out('one')]
    expect(await failure(...args)).toEqual({ exit: 2, code: 'DATASET_SETTINGS' })
    expect(readdirSync(out('one'))).toContain('driving.jsonl')
  })
})
