import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUNDLE_FILE } from '#compiler'
import { OutriderError } from '#errors'

/** SHA-256 of a bundle's manifest in hex. Throws BUNDLE_NOT_FOUND. */
export const bundleHash = (folder: string): string => {
  const path = join(folder, BUNDLE_FILE)
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  } catch (cause) {
    throw new OutriderError({
      code: 'BUNDLE_NOT_FOUND',
      expected: `a bundle folder with ${BUNDLE_FILE}`,
      found: `no readable ${path}`,
      next: 'make one: outrider compile CHECKPOINT BUNDLE',
      cause,
    })
  }
}
