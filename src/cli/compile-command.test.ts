import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBundle } from '#compiler'
import { OUTRIDER, ROOT } from '../../test/oracles.ts'

const folder = mkdtempSync(join(tmpdir(), 'outrider-compile-'))
const checkpoint = join(folder, 'checkpoint')
const bundle = join(folder, 'bundle')

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

const outrider = async (...args: string[]): Promise<Ended> => {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [...OUTRIDER, ...args], { cwd: ROOT })
    return { code: 0, stdout, stderr }
  } catch (error) {
    return error as Ended
  }
}

describe('outrider random-checkpoint and outrider compile', () => {
  beforeAll(async () => {
    const { code, stderr } = await outrider('random-checkpoint', '--shape', 'nano', '--seed', '1', '--out', checkpoint)
    expect(code, stderr).toBe(0)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('make a bundle that reads back, with progress on standard error and one JSON object on standard output', async () => {
    const { code, stdout, stderr } = await outrider('compile', checkpoint, bundle, '--json')
    expect(code, stderr).toBe(0)
    const { files } = await readBundle(bundle)
    expect(JSON.parse(stdout)).toMatchObject({ bundle, architecture: 'qwen2_5_vl', files })
    expect(stderr).toMatch(/^compile: (0\.\d\d) of \1 GB$/m)
  })

  it('leave a bundle that is there, with exit code 2 and what to do', async () => {
    const { code, stdout } = await outrider('compile', checkpoint, bundle, '--json')
    expect(code).toBe(2)
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'BUNDLE_EXISTS', next: expect.stringContaining('--force') })
  })

  it('refuse a damaged checkpoint with exit code 2, and leave nothing', async () => {
    truncateSync(join(checkpoint, 'model.safetensors'), 1_000_000)
    const { code, stderr } = await outrider('compile', checkpoint, join(folder, 'other'))
    expect(code).toBe(2)
    expect(stderr).toContain('SAFETENSORS_DAMAGED')
    expect(readdirSync(folder).sort()).toEqual(['bundle', 'checkpoint'])
  })

  it.each([
    [['random-checkpoint', '--shape', 'huge', '--seed', '1'], 'Allowed choices are nano'],
    [['random-checkpoint', '--shape', 'nano', '--seed', 'one', '--out', join(folder, 'x')], 'BAD_SEED'],
    [['random-checkpoint', '--shape', 'nano', '--seed', '1', '--out', checkpoint], 'CHECKPOINT_EXISTS'],
  ])('refuse %j', async (args, message) => {
    const { code, stderr } = await outrider(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})
