const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const QUOTE = 0x22
const BACKSLASH = 0x5c

/**
 * The objects of a JSON text that is one array of objects, in order and one at a time: a table of the full nuScenes is
 * larger than the longest string there can be. What stands between the objects is not looked at. Throws SyntaxError.
 */
export async function* readJsonArray(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, void> {
  const text = new TextDecoder()
  let object = ''
  let depth = 0
  let inString = false
  let escaped = false
  let begun = false
  let ended = false
  for await (const chunk of chunks) {
    let start = 0
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]
      if (escaped) escaped = false
      else if (inString) {
        if (byte === BACKSLASH) escaped = true
        else if (byte === QUOTE) inString = false
      } else if (byte === QUOTE) inString = true
      else if (byte === OPEN_BRACE) {
        if (depth === 0) start = at
        depth += 1
      } else if (byte === CLOSE_BRACE) {
        depth -= 1
        if (depth < 0) throw new SyntaxError('one closing brace too many')
        if (depth > 0) continue
        object += text.decode(chunk.subarray(start, at + 1))
        yield JSON.parse(object)
        object = ''
      } else if (byte === OPEN_BRACKET && depth === 0) begun = true
      else if (byte === CLOSE_BRACKET && depth === 0) ended = true
    }
    if (depth > 0) object += text.decode(chunk.subarray(start), { stream: true })
  }
  if (depth > 0 || inString) throw new SyntaxError('it ends in the middle of an object')
  if (!begun || !ended) throw new SyntaxError(begun ? 'it ends between two objects' : 'it is no array')
}
