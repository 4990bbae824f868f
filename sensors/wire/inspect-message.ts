import { decode, Fault_Severity, WireHeaderSchema } from '#messages'
import type { Sensor } from '../sensor.ts'
import type { Occurrence } from './fault-fold.ts'
import { MAX_TOPIC_BYTES, type WireLimits } from './limits.ts'
import { createSequenceWatch } from './sequence-watch.ts'

/** A message that can be believed. */
export interface Arrival {
  readonly sensor: Sensor
  readonly payload: Uint8Array
  readonly captureTimeNs: bigint
}

export interface InspectorOptions {
  readonly sensors: ReadonlyMap<string, Sensor>
  readonly limits: WireLimits
  readonly note: (occurrence: Occurrence) => void
}

/** Takes the parts of one ZeroMQ message; one that cannot be believed is noted, once, and gives undefined. Never throws. */
export const createInspector = ({
  sensors,
  limits,
  note,
}: InspectorOptions): ((parts: readonly Uint8Array[]) => Arrival | undefined) => {
  const watchSequence = createSequenceWatch()

  const refuse = (code: string, topic: string, message: string, refused: readonly Uint8Array[]): undefined => {
    note({ code, topic, severity: Fault_Severity.WARNING, message, times: 1, refused })
    return undefined
  }

  return (parts) => {
    const [topicPart, headerPart, payload] = parts
    if (parts.length !== 3 || !topicPart || !headerPart || !payload) {
      return refuse('message-malformed', '', `expected 3 parts: topic, header, payload; found ${parts.length}`, parts)
    }
    const sensor = topicPart.length <= MAX_TOPIC_BYTES ? sensors.get(utf8(topicPart)) : undefined
    if (!sensor) {
      const found = utf8(topicPart.subarray(0, MAX_TOPIC_BYTES))
      return refuse('topic-unknown', '', `expected a sensor topic of this rig; found ${JSON.stringify(found)}`, [
        payload,
      ])
    }
    const { topic } = sensor
    const header = decodeHeader(headerPart)
    if (!header) {
      const expected = 'expected outrider.WireHeader with sequence and sent_time_ns'
      return refuse('message-malformed', topic, `${expected}; found ${headerPart.length} B that are none`, parts)
    }
    const finding = watchSequence(topic, header.sequence)
    if (finding?.kind === 'lost') {
      const times = Number(finding.lost < MAX_LOST ? finding.lost : MAX_LOST)
      note({ code: 'message-lost', topic, severity: Fault_Severity.WARNING, message: finding.message, times })
    } else if (finding) {
      note({ code: 'sender-restarted', topic, severity: Fault_Severity.INFO, message: finding.message, times: 1 })
    }
    const bytes = topicPart.length + headerPart.length + payload.length
    if (bytes > limits.maxBytes) {
      return refuse('message-oversized', topic, `expected at most ${limits.maxBytes} B; found ${bytes} B`, [payload])
    }
    const validation = sensor.validate(payload)
    if ('fault' in validation) return refuse(validation.fault.code, topic, validation.fault.message, [payload])
    return { sensor, payload, captureTimeNs: validation.captureTimeNs }
  }
}

const MAX_LOST = BigInt(Number.MAX_SAFE_INTEGER)

const utf8 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')

const decodeHeader = (bytes: Uint8Array): { sequence: bigint } | undefined => {
  try {
    const header = decode(WireHeaderSchema, bytes)
    // Absent counts as 0: a sender that leaves its time out is not speaking this format.
    return header.sentTimeNs > 0n ? header : undefined
  } catch {
    return undefined
  }
}
