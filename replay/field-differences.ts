import { type DescField, type DescMessage, fromBinary } from '@bufbuild/protobuf'
import { isReflectList, isReflectMessage, type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect'
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt'
import { findTopic, type TapeRecord } from '#messages'

/** A field that differs, both values printed short. */
export interface FieldDifference {
  /** Path as in the .proto file: steps[3].pose_in_ego.x_m. */
  readonly field: string
  readonly recorded: string
  readonly recomputed: string
}

/** Every field of the payload that differs, in the order of the schema. Payloads that cannot be decoded, or differ only in how they are encoded, are compared as bytes. */
export const payloadDifferences = (recorded: TapeRecord, recomputed: TapeRecord): readonly FieldDifference[] => {
  if (Buffer.compare(recorded.payload, recomputed.payload) === 0) return []
  const schema = findTopic(recorded.topic)?.schema
  const found = schema ? messageDifferences(schema, recorded.payload, recomputed.payload) : []
  return found.length > 0 ? found : [bytesDifference('payload', recorded.payload, recomputed.payload)]
}

const messageDifferences = (schema: DescMessage, a: Uint8Array, b: Uint8Array): readonly FieldDifference[] => {
  try {
    return [...compareMessages('', reflect(schema, fromBinary(schema, a)), reflect(schema, fromBinary(schema, b)))]
  } catch {
    return []
  }
}

function* compareMessages(prefix: string, a: ReflectMessage, b: ReflectMessage): Generator<FieldDifference> {
  for (const field of a.sortedFields) {
    const path = `${prefix}${field.name}`
    const [inA, inB] = [a.isSet(field), b.isSet(field)]
    if (!inA && !inB) continue
    // A scalar without presence that is not set is its zero; anything else that is not set is absent.
    const mayBeAbsent = field.presence !== FeatureSet_FieldPresence.IMPLICIT
    if (mayBeAbsent && inA !== inB) {
      const recorded = inA ? print(field, a.get(field)) : 'absent'
      yield { field: path, recorded, recomputed: inB ? print(field, b.get(field)) : 'absent' }
    } else yield* compareValues(path, field, a.get(field), b.get(field))
  }
  const [unknownA, unknownB] = [a.getUnknown()?.length ?? 0, b.getUnknown()?.length ?? 0]
  if (unknownA !== unknownB) {
    yield { field: `${prefix}(unknown fields)`, recorded: String(unknownA), recomputed: String(unknownB) }
  }
}

function* compareValues(path: string, field: DescField, a: unknown, b: unknown): Generator<FieldDifference> {
  if (isReflectMessage(a) && isReflectMessage(b)) yield* compareMessages(`${path}.`, a, b)
  else if (isReflectList(a) && isReflectList(b)) {
    if (a.size !== b.size) yield { field: `${path}.length`, recorded: String(a.size), recomputed: String(b.size) }
    for (let index = 0; index < Math.min(a.size, b.size); index += 1) {
      yield* compareValues(`${path}[${index}]`, field, a.get(index), b.get(index))
    }
  } else if (a instanceof Uint8Array && b instanceof Uint8Array) {
    if (Buffer.compare(a, b) !== 0) yield bytesDifference(path, a, b)
  } else if (typeof a === 'string' && typeof b === 'string') {
    if (a !== b) yield textDifference(path, a, b)
  } else if (!Object.is(a, b)) {
    yield { field: path, recorded: print(field, a), recomputed: print(field, b) }
  }
}

/** Characters and bytes that are shown around the first difference. */
const BEFORE = 12
const AFTER = 36

const textDifference = (field: string, a: string, b: string): FieldDifference => {
  let first = 0
  while (first < Math.min(a.length, b.length) && a[first] === b[first]) first += 1
  const from = Math.max(0, first - BEFORE)
  const window = (text: string): string => {
    const part = JSON.stringify(text.slice(from, first + AFTER))
    return `${from > 0 ? '…' : ''}${part}${text.length > first + AFTER ? '…' : ''}`
  }
  return { field, recorded: window(a), recomputed: window(b) }
}

const bytesDifference = (field: string, a: Uint8Array, b: Uint8Array): FieldDifference => {
  let first = 0
  while (first < Math.min(a.byteLength, b.byteLength) && a[first] === b[first]) first += 1
  const window = (bytes: Uint8Array): string =>
    `${Buffer.from(bytes.subarray(first, first + 8)).toString('hex') || 'nothing'} at ${first} of ${bytes.byteLength} bytes`
  return { field, recorded: window(a), recomputed: window(b) }
}

const print = (field: DescField, value: unknown): string => {
  if (isReflectMessage(value)) return 'present'
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`
  if (typeof value === 'string') return textDifference('', value, '').recorded
  const values = 'enum' in field ? field.enum?.value : undefined
  if (values && typeof value === 'number') return values[value]?.name ?? String(value)
  return Object.is(value, -0) ? '-0' : String(value)
}
