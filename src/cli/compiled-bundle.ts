import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { BUNDLE_FILE, compileCheckpoint } from '#compiler'
import { OutriderError } from '#errors'
import { VERSION } from './version.ts'

/** Above this compiling takes minutes and gigabytes, which nobody wants by the way; bytes. */
const MOST_BYTES = 1e9

/**
 * The folder itself where it holds a bundle; a small checkpoint is compiled first, once for its content. What is neither comes
 * back for readBundle to complain of. Throws BUNDLE_NOT_FOUND for a large checkpoint, and what compileCheckpoint throws.
 */
export const compiledBundle = async (folder: string): Promise<string> => {
  if (existsSync(join(folder, BUNDLE_FILE)) || !existsSync(join(folder, 'config.json'))) return folder
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  if (bytes > MOST_BYTES) {
    throw new OutriderError({
      code: 'BUNDLE_NOT_FOUND',
      expected: `a bundle folder with ${BUNDLE_FILE}`,
      found: `a checkpoint of ${(bytes / 1e9).toFixed(0)} GB in ${folder}`,
      next: `make one: outrider compile ${folder} BUNDLE`,
    })
  }
  const hash = createHash('sha256').update(VERSION)
  for (const name of names.toSorted()) hash.update(`\0${name}\0`).update(await readFile(join(folder, name)))
  const bundles = join(tmpdir(), `outrider-bundles-${userInfo().username}`)
  const target = join(bundles, hash.digest('hex').slice(0, 16))
  if (existsSync(join(target, BUNDLE_FILE))) return target
  console.error(`compiling ${folder} into ${target}`)
  await mkdir(bundles, { recursive: true })
  const own = `${target}.${process.pid}`
  await compileCheckpoint(folder, own, {})
  // Another process may have been first, with the same content.
  await rename(own, target).catch(() => rm(own, { recursive: true }))
  return target
}
