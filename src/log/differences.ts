/** How two plain objects differ, field by field; empty when they do not. Maps are compared as sets of entries. */
export const differences = (
  expected: object,
  found: object,
): { readonly expected: string; readonly found: string } | undefined => {
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])].filter((key) => key !== 'type')
  const differing = keys
    .map((key) => ({ key, expected: short(Reflect.get(expected, key)), found: short(Reflect.get(found, key)) }))
    .filter((field) => field.expected !== field.found)
  if (differing.length === 0) return undefined
  return {
    expected: differing.map((field) => `${field.key} ${field.expected}`).join(', '),
    found: differing.map((field) => `${field.key} ${field.found}`).join(', '),
  }
}

const short = (value: unknown): string => {
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => `${String(key)}: ${short(item)}`).sort()
    return `{${entries.join(', ')}}`
  }
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  return Array.isArray(value) ? `[${value.map(short).join(', ')}]` : String(value)
}
