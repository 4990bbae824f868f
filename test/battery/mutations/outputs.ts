import { decode, encode, SnapshotSchema, type TapeRecord } from '#messages'
import { edit, indexOf, isOutput, type Mutation, type Mutations, nameOf, spliced } from './mutation.ts'

const dropped: Mutation = (records, random) => {
  const at = indexOf(records, random, isOutput)
  if (at === undefined) return undefined
  const output = records[at]!
  return { records: spliced(records, at, 1), what: nameOf(output), output }
}

const doubled: Mutation = (records, random) => {
  const at = indexOf(records, random, isOutput)
  if (at === undefined) return undefined
  const output = records[at]!
  return { records: spliced(records, at, 0, output), what: nameOf(output), output }
}

const swapped: Mutation = (records, random) => {
  const isPair = (record: TapeRecord, at: number): boolean => {
    const next = records[at + 1]
    return isOutput(record) && next !== undefined && isOutput(next)
  }
  const at = indexOf(records, random, isPair)
  if (at === undefined) return undefined
  const [first, second] = [records[at]!, records[at + 1]!]
  return { records: spliced(records, at, 2, second, first), what: `${nameOf(first)} and ${nameOf(second)}` }
}

/** Edits of what step made. */
export const OUTPUT_MUTATIONS: Mutations = {
  'a bit of an output changed': edit(
    (record) => isOutput(record) && record.payload.length > 0,
    (record, random) => {
      const payload = record.payload.slice()
      payload[random.whole(0, payload.length - 1)]! ^= 1 << random.whole(0, 7)
      return { ...record, payload }
    },
  ),
  'a character of a snapshot changed': edit(
    ({ topic }) => topic === '/pipeline/snapshot',
    (record) => {
      const snapshot = decode(SnapshotSchema, record.payload)
      const stateJson = snapshot.stateJson.replace(/\d(?=[^\d]*$)/, (digit) => String((Number(digit) + 1) % 10))
      return { ...record, payload: encode(SnapshotSchema, { ...snapshot, stateJson }) }
    },
  ),
  'an output dropped': dropped,
  'an output doubled': doubled,
  'two outputs swapped': swapped,
  'the data time of an output moved by a nanosecond': edit(isOutput, (record) => ({
    ...record,
    publishTimeNs: record.publishTimeNs + 1n,
  })),
  'the sequence of an output changed': edit(isOutput, (record) => ({ ...record, sequence: record.sequence + 1 })),
}
