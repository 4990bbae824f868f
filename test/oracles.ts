// What tests check against that is not part of the repository: an independent Python, and real data beside the clone.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Repository root, with a slash at the end. */
export const ROOT = root

/** Arguments to run TypeScript source with Node, whatever its version. */
export const SOURCE_ARGS = ['--import', 'tsx', '--conditions=@outrider/source']

/** The command line of `outrider`, run from source: `execFile(process.execPath, [...OUTRIDER, 'inspect', …])`. */
export const OUTRIDER = [...SOURCE_ARGS, `${root}src/cli/main.ts`]

/** Path of the tests' Python (see test/python/requirements.txt); skips the test with its reason where there is none. */
export const pythonOrSkip = (context: TestContext): string => {
  const path = process.env.OUTRIDER_TEST_PYTHON ?? `${root}.venv/bin/python`
  context.skip(!existsSync(path), `needs Python with test/python/requirements.txt: no ${path}`)
  return path
}

/** A path under the folder of goldens and real data beside the clone; skips the test with its reason where it is absent. */
export const sharedOrSkip = (context: TestContext, path: string): string => {
  const full = `${process.env.OUTRIDER_SHARED ?? `${root}../shared`}/${path}`
  context.skip(!existsSync(full), `needs real data or goldens: no ${full}`)
  return full
}

/** Path of the Python with nuScenes' devkit (see test/python/nuscenes-requirements.txt); skips the test with its reason where there is none. */
export const nuscenesPythonOrSkip = (context: TestContext): string => {
  const path = process.env['OUTRIDER_TEST_NUSCENES_PYTHON'] ?? `${root}.venv-nuscenes/bin/python`
  context.skip(!existsSync(path), `needs Python with test/python/nuscenes-requirements.txt: no ${path}`)
  return path
}
