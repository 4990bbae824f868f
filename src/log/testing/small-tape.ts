import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { CompressedImageSchema, encode, RunConfigSchema, type TapeRecord, TickSchema } from '#messages'
import { openTape, readTape, type TapeEnd, type TapeOptions } from '../index.ts'

export const START_NS = 1_700_000_000_000_000_000n
const STEP_NS = 400_000_000n

/** A folder that is gone after the test. */
export const folderForTest = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const tick = (number: number, atNs: bigint, padding = 0): TapeRecord => ({
  topic: '/pipeline/tick',
  logTimeNs: atNs,
  publishTimeNs: atNs - 1n,
  sequence: number,
  payload: padding > 0 ? new Uint8Array(padding).fill(number) : encode(TickSchema, { number: BigInt(number) }),
})

export const image = (number: number, atNs: bigint, bytes: number): TapeRecord => ({
  topic: '/sensors/camera/front',
  logTimeNs: atNs,
  publishTimeNs: atNs - 5n,
  sequence: number,
  payload: encode(CompressedImageSchema, { format: 'jpeg', data: new Uint8Array(bytes).map((_, at) => at * number) }),
})

/** A few kB in four chunks, of which the first and the last have no image. */
export const smallRecords = (): TapeRecord[] => {
  const config = encode(RunConfigSchema, { configJson: '{"a":1}'.repeat(20) })
  const first = {
    topic: '/pipeline/config',
    logTimeNs: START_NS,
    publishTimeNs: START_NS,
    sequence: 0,
    payload: config,
  }
  const later = Array.from({ length: 11 }, (_, number) => {
    const atNs = START_NS + BigInt(number + 1) * STEP_NS
    return number === 4 || number === 6 ? image(number, atNs, 60) : tick(number, atNs)
  })
  return [first, ...later]
}

/** The records as a closed tape's bytes. */
export const tapeBytes = async (records: readonly TapeRecord[], options?: TapeOptions): Promise<Buffer> => {
  const path = join(folderForTest(), 'made.mcap')
  const tape = await openTape(path, options)
  for (const record of records) tape.write(record)
  await tape.close()
  return readFile(path)
}

/** All that can be read of a tape. */
export const readAll = async (path: string): Promise<{ records: TapeRecord[]; end: TapeEnd | undefined }> => {
  const records: TapeRecord[] = []
  let end: TapeEnd | undefined
  const onEnd = (found: TapeEnd): void => {
    end = found
  }
  for await (const record of readTape(path, { onEnd }))
    records.push({ ...record, payload: Uint8Array.from(record.payload) })
  return { records, end }
}
