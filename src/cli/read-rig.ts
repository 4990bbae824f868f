import { readFileSync } from 'node:fs'
import { parseRig, type Rig } from '#calibration'
import { OutriderError } from '#errors'

/** Reads a rig file. Throws OutriderError RIG_UNREADABLE, and what parseRig throws. */
export const readRig = (path: string): Rig => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new OutriderError({ code: 'RIG_UNREADABLE', expected: `a rig file at ${path}`, found: String(cause), cause })
  }
  return parseRig(text)
}
