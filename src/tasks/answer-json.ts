/** More braces than this in one answer are noise, and each costs a scan. */
const BRACES_TRIED = 32

/** End of the object that opens at `start`, past its closing brace; undefined when it never closes. */
const endOfObject = (text: string, start: number): number | undefined => {
  let depth = 0
  let inString = false
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at += 1
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{') depth += 1
    else if (character === '}') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return undefined
}

/** What stands after the last think block; undefined when a block opens and never ends. */
export const afterThinking = (text: string): string | undefined => {
  const end = text.lastIndexOf('</think>')
  const answer = end < 0 ? text : text.slice(end + '</think>'.length)
  return answer.includes('<think>') ? undefined : answer
}

/** Every JSON object in a text, outermost only, in order; prose and code fences around them are passed over. */
export const jsonObjectsIn = (text: string): readonly unknown[] => {
  const objects: unknown[] = []
  let from = 0
  for (let tried = 0; tried < BRACES_TRIED; tried += 1) {
    const start = text.indexOf('{', from)
    if (start < 0) break
    from = start + 1
    const end = endOfObject(text, start)
    if (end === undefined) continue
    try {
      objects.push(JSON.parse(text.slice(start, end)))
      from = end
    } catch {
      // Prose in braces: what it holds may still be an object.
    }
  }
  return objects
}
