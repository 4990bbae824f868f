import type { DescMessage, MessageShape } from '@bufbuild/protobuf'
import { decode } from '#messages'
import { malformed, type Validation } from './sensor.ts'

/** Latest stamp that every reader can hold in a signed 64-bit number: the year 2262. ns since the Unix epoch. */
const LATEST_STAMP_NS = 2n ** 63n - 1n

/** Decodes, hands the message to `check`, and checks the stamp that comes back; bytes that are no message become a fault. */
export const validatePayload = <S extends DescMessage>(
  schema: S,
  payload: Uint8Array,
  check: (message: MessageShape<S>) => Validation,
): Validation => {
  let message: MessageShape<S>
  try {
    message = decode(schema, payload)
  } catch (error) {
    return malformed(`expected ${schema.typeName}; found ${payload.length} B that do not parse: ${errorText(error)}`)
  }
  const validation = check(message)
  if ('fault' in validation) return validation
  const { captureTimeNs } = validation
  if (captureTimeNs > 0n && captureTimeNs <= LATEST_STAMP_NS) return validation
  return malformed(`expected a capture stamp in ns since the Unix epoch; found ${captureTimeNs}`)
}

/** The first of the named numbers that is not finite; absent ones are skipped. */
export const firstNotFinite = (numbers: Readonly<Record<string, number | undefined>>): string | undefined =>
  Object.keys(numbers).find((name) => numbers[name] !== undefined && !Number.isFinite(numbers[name]))

const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error))
