import fc from 'fast-check'
import type { AnswerSchema } from '../answer-schema.ts'

const quoted = (text: string): string => JSON.stringify(text)

/** Every answer that may be decoded under a schema, as it is written: what a walk through the grammar can make. */
export const arbitraryAnswer = (schema: AnswerSchema): fc.Arbitrary<string> => {
  if ('prefixItems' in schema) {
    return fc.tuple(...schema.prefixItems.map(arbitraryAnswer)).map((items) => `[${items.join(',')}]`)
  }
  if ('items' in schema) {
    const { minItems: minLength, maxItems: maxLength } = schema
    return fc
      .array(arbitraryAnswer(schema.items), { minLength, maxLength, size: 'max' })
      .map((items) => `[${items.join(',')}]`)
  }
  if ('properties' in schema) {
    const members = schema.required.map((key) => arbitraryAnswer(schema.properties[key]!))
    return fc
      .tuple(...members)
      .map((values) => `{${values.map((value, index) => `${quoted(schema.required[index]!)}:${value}`).join(',')}}`)
  }
  if ('enum' in schema) return fc.constantFrom(...schema.enum).map(quoted)
  if ('maxLength' in schema) {
    const character = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code))
    return fc
      .array(
        character.filter((one) => one !== '"' && one !== '\\'),
        { maxLength: schema.maxLength, size: 'max' },
      )
      .map((characters) => quoted(characters.join('')))
  }
  const places = (String(schema.multipleOf).split('.')[1] ?? '').length
  const steps = (value: number) => Math.round(value / schema.multipleOf)
  return fc
    .integer({ min: steps(schema.minimum), max: steps(schema.maximum) })
    .map((step) => (step * schema.multipleOf).toFixed(places))
}
