import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

// A state as text and back. Members keep their order, so that equal states give equal text, however they came to be.

/**
 * Plain data -> JSON, with the tags of outrider.Snapshot for what JSON cannot say. A protobuf message is plain data too.
 * Throws on anything else (a class, a function, a hole): it would not come back as it went.
 */
export const stateToText = (state: unknown): string => JSON.stringify(toJson(state))

/** The state that `stateToText` was given. Throws SyntaxError on what is not its text. */
export const stateFromText = (text: string): unknown => fromJson(JSON.parse(text))

const TAGS: ReadonlySet<string> = new Set(['$bigint', '$bytes', '$number', '$undefined'])

const toJson = (value: unknown): unknown => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      // Object.is: -0 == 0, and JSON writes 0.
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? '-0' : `${value}` }
    case 'bigint':
      return { $bigint: value.toString() }
    case 'undefined':
      return { $undefined: true }
    case 'object':
      return value === null ? null : objectToJson(value)
    default:
      throw new Error(`a state holds plain data; found a ${typeof value}`)
  }
}

const objectToJson = (value: object): unknown => {
  if (value instanceof Uint8Array) return { $bytes: bytesToHex(Uint8Array.from(value)) }
  // Array.from: a hole is undefined to it as to everyone who reads it.
  if (Array.isArray(value)) return Array.from(value, toJson)
  if (Object.getPrototypeOf(value) !== Object.prototype) {
    throw new Error(`a state holds plain data; found a ${value.constructor?.name ?? 'bare object'}`)
  }
  const members = Object.entries(value)
  if (members.some(([name]) => TAGS.has(name))) throw new Error('a state names no member as a tag is named')
  return Object.fromEntries(members.map(([name, member]) => [name, toJson(member)]))
}

const fromJson = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(fromJson)
  const members = Object.entries(value)
  const [first] = members
  if (members.length === 1 && first && TAGS.has(first[0])) return fromTag(first[0], first[1])
  return Object.fromEntries(members.map(([name, member]) => [name, fromJson(member)]))
}

const fromTag = (tag: string, said: unknown): unknown => {
  if (tag === '$undefined' && said === true) return undefined
  if (typeof said === 'string') {
    if (tag === '$bigint' && /^-?\d+$/.test(said)) return BigInt(said)
    if (tag === '$bytes' && /^([0-9a-f]{2})*$/.test(said)) return hexToBytes(said)
    if (tag === '$number' && /^(-0|NaN|-?Infinity)$/.test(said)) return Number(said)
  }
  throw new SyntaxError(`no text of a state: ${tag} with ${JSON.stringify(said)}`)
}
