import { Fault_Severity, findTopic } from '#messages'
import type { Occurrence } from './fault-fold.ts'
import type { Arrival } from './inspect-message.ts'

const NS_PER_MS = 1e6

/**
 * Of several pictures of one topic that wait together, those past the topic's `staleAfterMs` are dropped and noted, but
 * never the newest, however old: what to do with that one is not for the socket to say. Order is kept.
 */
export const dropStale = (
  arrivals: readonly Arrival[],
  nowNs: bigint,
  note: (occurrence: Occurrence) => void,
): readonly Arrival[] => {
  const newest = new Map(arrivals.map((arrival) => [arrival.sensor.topic, arrival]))
  return arrivals.filter((arrival) => {
    const { sensor, captureTimeNs, payload } = arrival
    const staleAfterMs = findTopic(sensor.topic)?.staleAfterMs
    if (!sensor.newestOnly || staleAfterMs === undefined || newest.get(sensor.topic) === arrival) return true
    const ageMs = Number(nowNs - captureTimeNs) / NS_PER_MS - sensor.timeOffsetMs
    if (ageMs <= staleAfterMs) return true
    note({
      code: 'frame-stale',
      topic: sensor.topic,
      severity: Fault_Severity.WARNING,
      message: `expected at most ${staleAfterMs} ms of age while a newer frame waits; found ${Math.round(ageMs)} ms`,
      times: 1,
      refused: [payload],
    })
    return false
  })
}
