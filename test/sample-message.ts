import { create, type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf'
import { isReflectList, type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect'

/** Messages in messages, at most: a schema that holds itself would not end. */
const DEEPEST = 4

/** A message with every field set, the same on every call; lists have one element, unions their last member. */
export const sampleMessage = (schema: DescMessage): Message => filled(schema, 0).message

const filled = (schema: DescMessage, depth: number): ReflectMessage => {
  const message = reflect(schema, create(schema))
  for (const field of schema.fields) {
    const value = sampleOf(field, depth)
    if (value === undefined) continue
    const list = field.fieldKind === 'list' ? message.get(field) : undefined
    if (isReflectList(list)) list.add(value)
    else message.set(field, value)
  }
  return message
}

const sampleOf = (field: DescField, depth: number): unknown => {
  if (field.fieldKind === 'map') return undefined
  if (field.message) return depth < DEEPEST ? filled(field.message, depth + 1) : undefined
  if (field.enum) return field.enum.values.at(-1)?.number
  switch (field.scalar) {
    case ScalarType.STRING:
      return field.name
    case ScalarType.BYTES:
      return new Uint8Array(32).fill(field.number)
    case ScalarType.BOOL:
      return true
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return field.number + 0.5
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return BigInt(field.number) * 1_000_000_000_000n
    default:
      return field.number
  }
}
