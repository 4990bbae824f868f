import { decode, findTopic, type TapeRecord } from '#messages'
import { type ReadOptions, readTape, type TapeEnd } from '../read-tape.ts'
import { IMAGE_SCHEMAS } from '../tape-format.ts'
import { createCameraSkew } from './camera-skew.ts'
import { createFaultCounts } from './fault-counts.ts'
import type { Inspection } from './inspection.ts'
import { createPlanning } from './planning.ts'
import { createRunFacts } from './run-facts.ts'
import { createStageLatencies } from './stage-latencies.ts'
import { suspicionsOf } from './suspicions.ts'
import { createTopicRates } from './topic-rates.ts'

/** Reads a tape once, from end to end. Throws what `readTape` throws. */
export const inspectTape = async (path: string, options: Pick<ReadOptions, 'onProgress'> = {}): Promise<Inspection> => {
  const topics = createTopicRates()
  const cameras = createCameraSkew()
  const stages = createStageLatencies()
  const planning = createPlanning()
  const faults = createFaultCounts()
  const run = createRunFacts()
  const undecodable: Record<string, number> = {}
  const parts = [cameras, stages, planning, faults, run]
  let file: TapeEnd | undefined
  let messages = 0
  let startNs: bigint | undefined
  let endNs = 0n
  const onEnd = (end: TapeEnd): void => {
    file = end
  }
  for await (const record of readTape(path, { ...options, onEnd })) {
    messages += 1
    startNs = startNs === undefined || record.logTimeNs < startNs ? record.logTimeNs : startNs
    if (record.logTimeNs > endNs) endNs = record.logTimeNs
    topics.add(record)
    if (isDecodable(record)) for (const part of parts) part.add(record)
    else undecodable[record.topic] = (undecodable[record.topic] ?? 0) + 1
  }
  if (!file) throw new Error('a tape that was read has no end')
  const found = {
    file,
    messages,
    startNs: startNs ?? 0n,
    endNs,
    durationS: Number(endNs - (startNs ?? 0n)) / 1e9,
    topics: topics.result(),
    undecodable,
    cameras: cameras.result(),
    stages: stages.result(),
    planning: planning.result(),
    faults: faults.result(),
    run: run.result(),
  }
  return { ...found, suspicions: suspicionsOf(found) }
}

const isDecodable = ({ topic, payload }: TapeRecord): boolean => {
  const schema = findTopic(topic)?.schema
  if (!schema || IMAGE_SCHEMAS.has(schema.typeName)) return true
  try {
    decode(schema, payload)
    return true
  } catch {
    return false
  }
}
