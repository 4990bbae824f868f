/**
 * Whether a JSON value, and its text, are what a finite schema says: a second, plain reading of JSON Schema. Numbers must
 * be written with the decimals of `multipleOf`.
 */
// biome-ignore lint/suspicious/noExplicitAny: schemas of a property test
export const matches = (schema: any, value: any, text: string = JSON.stringify(value)): boolean => {
  if ('const' in schema) return text === JSON.stringify(schema.const)
  if ('enum' in schema) return schema.enum.some((one: unknown) => text === JSON.stringify(one))
  if ('anyOf' in schema) return schema.anyOf.some((one: unknown) => matches(one, value, text))
  switch (schema.type) {
    case 'null':
      return value === null
    case 'boolean':
      return typeof value === 'boolean'
    case 'integer':
      return Number.isInteger(value) && schema.minimum <= value && value <= schema.maximum && text === String(value)
    case 'number': {
      const decimals = Math.round(-Math.log10(schema.multipleOf))
      const inRange = typeof value === 'number' && schema.minimum <= value && value <= schema.maximum
      return inRange && text === (value === 0 ? 0 : value).toFixed(decimals)
    }
    case 'string':
      return matchesString(schema, value) && text === JSON.stringify(value)
    case 'array':
      return matchesArray(schema, value, text)
    default:
      return matchesObject(schema, value, text)
  }
}

// biome-ignore lint/suspicious/noExplicitAny: see above
const matchesString = (schema: any, value: unknown): boolean => {
  if (typeof value !== 'string') return false
  const length = Array.from(value).length
  if (length < (schema.minLength ?? 0) || length > schema.maxLength) return false
  return schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value)
}

// biome-ignore lint/suspicious/noExplicitAny: see above
const matchesArray = (schema: any, value: unknown, text: string): boolean => {
  if (!Array.isArray(value) || value.length < schema.minItems || value.length > schema.maxItems) return false
  const texts = split(text)
  return value.every((item, i) => matches(schema.prefixItems?.[i] ?? schema.items, item, texts[i]))
}

// biome-ignore lint/suspicious/noExplicitAny: see above
const matchesObject = (schema: any, value: unknown, text: string): boolean => {
  const names = Object.keys(schema.properties)
  if (typeof value !== 'object' || value === null) return false
  const found = Object.keys(value)
  if (found.length !== names.length || found.some((name, i) => name !== names[i])) return false
  const texts = split(text)
  return names.every((name, i) => {
    const label = `${JSON.stringify(name)}:`
    return (
      texts[i]!.startsWith(label) &&
      matches(schema.properties[name], (value as never)[name], texts[i]!.slice(label.length))
    )
  })
}

/** The members of a compact JSON array or object, as they are written. */
const split = (text: string): string[] => {
  const members: string[] = []
  let depth = 0
  let inString = false
  let start = 1
  for (let i = 0; i < text.length; i++) {
    if (inString) {
      if (text[i] === '\\') i++
      else if (text[i] === '"') inString = false
    } else if (text[i] === '"') inString = true
    else if ('[{'.includes(text[i]!)) depth++
    else if (']}'.includes(text[i]!) && --depth === 0) members.push(text.slice(start, i))
    else if (text[i] === ',' && depth === 1) {
      members.push(text.slice(start, i))
      start = i + 1
    }
  }
  return members[0] === '' ? [] : members
}
