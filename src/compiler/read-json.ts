import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OutriderError } from '#errors'

/** JSON of an optional file of a checkpoint; undefined when there is none. Throws CHECKPOINT_BAD_JSON. */
export const readJson = async (folder: string, name: string): Promise<unknown> => {
  const text = await readText(folder, name)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new OutriderError({
      code: 'CHECKPOINT_BAD_JSON',
      expected: `JSON in ${join(folder, name)}`,
      found: String(cause),
      cause,
    })
  }
}

/** Text of an optional file; undefined when there is none. Throws CHECKPOINT_UNREADABLE on any other trouble. */
export const readText = async (folder: string, name: string): Promise<string | undefined> => {
  try {
    return await readFile(join(folder, name), 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new OutriderError({
      code: 'CHECKPOINT_UNREADABLE',
      expected: `a readable file ${join(folder, name)}`,
      found: String(cause),
      cause,
    })
  }
}
