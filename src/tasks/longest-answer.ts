import type { AnswerSchema } from './answer-schema.ts'

const decimals = (multipleOf: number): number => (String(multipleOf).split('.')[1] ?? '').length

/** Bytes of the longest answer under the schema, written without spaces: no tokenizer needs more tokens than bytes. */
export const longestAnswerBytes = (schema: AnswerSchema): number => {
  if ('prefixItems' in schema) return bracketed(schema.prefixItems.map(longestAnswerBytes))
  if ('items' in schema) return bracketed(Array(schema.maxItems).fill(longestAnswerBytes(schema.items)))
  if ('properties' in schema) {
    return bracketed(
      schema.required.map((key) => quoted(key) + ':'.length + longestAnswerBytes(schema.properties[key]!)),
    )
  }
  if ('enum' in schema) return Math.max(...schema.enum.map(quoted))
  if ('maxLength' in schema) return schema.maxLength + '""'.length
  const places = decimals(schema.multipleOf)
  return Math.max(schema.minimum.toFixed(places).length, schema.maximum.toFixed(places).length)
}

/** Names are ASCII: a character is a byte. */
const quoted = (text: string): number => JSON.stringify(text).length

const bracketed = (members: readonly number[]): number =>
  '[]'.length + members.reduce((sum, bytes) => sum + bytes, 0) + Math.max(members.length - 1, 0)
