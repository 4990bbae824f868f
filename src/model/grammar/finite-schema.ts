// The JSON Schemas that have finitely many answers, as patterns over bytes. The answer is compact JSON: properties in the
// order of the schema, no space, strings as JSON.stringify prints them, numbers with the decimals of `multipleOf`.
import { numberPattern, scaleOf } from './number-pattern.ts'
import { anyOf, bytes, exactly, type Pattern, repeat, sequence } from './pattern.ts'
import { stringPattern } from './string-pattern.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** Words of a schema that say nothing about what is valid. */
const ANNOTATIONS: ReadonlySet<string> = new Set(['$schema', '$id', 'title', 'description', 'default', 'examples'])

/** Undefined for a schema outside the finite subset (an optional property, an unbounded string, a `$ref`, …). */
export const finitePattern = (schema: JsonSchema): Pattern | undefined => {
  const says = (...words: readonly string[]): boolean =>
    Object.keys(schema).every((word) => words.includes(word) || ANNOTATIONS.has(word))
  if ('const' in schema) return says('const', 'type') ? value(schema.const) : undefined
  if ('enum' in schema) return says('enum', 'type') ? oneOfValues(schema.enum) : undefined
  if ('anyOf' in schema) return says('anyOf') ? union(schema.anyOf) : undefined
  switch (schema.type) {
    case 'null':
      return says('type') ? bytes('null') : undefined
    case 'boolean':
      return says('type') ? anyOf([bytes('true'), bytes('false')]) : undefined
    case 'integer':
      return says('type', 'minimum', 'maximum') ? numberPattern(schema.minimum, schema.maximum, 0) : undefined
    case 'number': {
      const decimals = scaleOf(schema.multipleOf)
      if (decimals === undefined || !says('type', 'minimum', 'maximum', 'multipleOf')) return undefined
      return numberPattern(schema.minimum, schema.maximum, decimals)
    }
    case 'string':
      return says('type', 'minLength', 'maxLength', 'pattern') ? stringPattern(schema) : undefined
    case 'array':
      return says('type', 'items', 'prefixItems', 'minItems', 'maxItems') ? array(schema) : undefined
    case 'object':
      return says('type', 'properties', 'required', 'additionalProperties') ? object(schema) : undefined
    default:
      return undefined
  }
}

/** What JSON.stringify prints; objects and arrays keep their order. */
const value = (constant: unknown): Pattern => bytes(JSON.stringify(constant))

const oneOfValues = (values: unknown): Pattern | undefined =>
  Array.isArray(values) && values.length > 0 ? anyOf(values.map(value)) : undefined

const union = (schemas: unknown): Pattern | undefined => {
  if (!Array.isArray(schemas) || schemas.length === 0) return undefined
  const patterns = schemas.map(sub)
  return patterns.every((pattern) => pattern !== undefined) ? anyOf(patterns) : undefined
}

const sub = (schema: unknown): Pattern | undefined => (isSchema(schema) ? finitePattern(schema) : undefined)

const isSchema = (schema: unknown): schema is JsonSchema =>
  typeof schema === 'object' && schema !== null && !Array.isArray(schema)

const isCount = (count: unknown): count is number => Number.isInteger(count) && (count as number) >= 0

const array = (schema: JsonSchema): Pattern | undefined => {
  const { items, prefixItems, minItems, maxItems } = schema
  if (Array.isArray(prefixItems)) {
    const all = prefixItems.length
    const closed = items === false && (minItems === undefined || minItems === all)
    if (!closed || (maxItems !== undefined && maxItems !== all)) return undefined
    // Without `minItems` a shorter array is valid too: it is not offered, as the prompt asks for all.
    const patterns = prefixItems.map(sub)
    return patterns.every((pattern) => pattern !== undefined)
      ? sequence([bytes('['), ...commas(patterns), bytes(']')])
      : undefined
  }
  const item = sub(items)
  const least = minItems ?? 0
  if (!item || !isCount(least) || !isCount(maxItems) || maxItems < least) return undefined
  if (maxItems === 0) return bytes('[]')
  const rest = sequence([bytes(','), item])
  const filled = sequence([bytes('['), item, repeat(rest, Math.max(least - 1, 0), maxItems - 1), bytes(']')])
  return least === 0 ? anyOf([bytes('[]'), filled]) : filled
}

const object = (schema: JsonSchema): Pattern | undefined => {
  const { properties, required, additionalProperties } = schema
  if (!isSchema(properties) || !Array.isArray(required)) return undefined
  if (additionalProperties !== undefined && additionalProperties !== false) return undefined
  const names = Object.keys(properties)
  if (!exactly(new Set(names), new Set(required))) return undefined
  const members = names.map((name) => {
    const pattern = sub(properties[name])
    return pattern && sequence([bytes(`${JSON.stringify(name)}:`), pattern])
  })
  return members.every((member) => member !== undefined)
    ? sequence([bytes('{'), ...commas(members), bytes('}')])
    : undefined
}

const commas = (patterns: readonly Pattern[]): Pattern[] =>
  patterns.flatMap((pattern, index) => (index === 0 ? [pattern] : [bytes(','), pattern]))
