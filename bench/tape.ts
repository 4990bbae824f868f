// What the tape costs the loop and the disk: per tick six 145 kB JPEGs and 100 small messages, written, verified and
// read. `bare` is the same bytes by nothing but file writes, in turns with ours; `sha256` is one hash over the file.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { open, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { openTape, readTape, verifyTape } from '#log'
import { CompressedImageSchema, cameraTopic, EgoStateSchema, encode, type TapeRecord, VIEWS } from '#messages'
import { percentile, reportBench } from './report.ts'

const HZ = 12
const FRAME_BYTES = 145_000
const SMALL_MESSAGES = 100
/** 20 s of driving a round; the first round, until the code is compiled, is not counted. */
const TICKS = 240
const ROUNDS = 4
const MB = 1e6

/** Incompressible, as a JPEG is. */
const noise = (): Uint8Array => {
  let state = 1
  return Uint8Array.from({ length: FRAME_BYTES }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
}

const image = encode(CompressedImageSchema, { format: 'jpeg', frameId: 'camera/front', data: noise() })
const small = encode(EgoStateSchema, {
  captureTimeNs: 1n,
  poseInMap: { position: { x: 1.5, y: 2.5, z: 0 }, orientation: { x: 0, y: 0, z: 0.1, w: 0.99 } },
  velocityInEgoMps: { x: 11.2, y: 0.1, z: 0 },
})

const recordsOfTick = (tick: number): TapeRecord[] => {
  const startNs = 1_700_000_000_000_000_000n + BigInt(Math.round((tick * 1e9) / HZ))
  const topics = [
    ...VIEWS.map((view) => ({ topic: cameraTopic(view), payload: image })),
    ...Array.from({ length: SMALL_MESSAGES }, () => ({ topic: '/sensors/ego', payload: small })),
  ]
  return topics.map((one, index) => {
    const logTimeNs = startNs + BigInt(index)
    return { ...one, logTimeNs, publishTimeNs: logTimeNs, sequence: tick * SMALL_MESSAGES + index }
  })
}

interface Round {
  readonly tickMs: readonly number[]
  /** Of the process, its threads that write included; what others take from the machine is not in it. */
  readonly tickCpuMs: readonly number[]
  readonly totalMs: number
  readonly bytes: number
}

const writeOurs = async (path: string): Promise<Round> => {
  const tickMs: number[] = []
  const tickCpuMs: number[] = []
  const startedMs = performance.now()
  const tape = await openTape(path)
  for (let tick = 0; tick < TICKS; tick += 1) {
    const records = recordsOfTick(tick)
    const beganMs = performance.now()
    const cpu = process.cpuUsage()
    for (const record of records) tape.write(record)
    tickMs.push(performance.now() - beganMs)
    const { user, system } = process.cpuUsage(cpu)
    tickCpuMs.push((user + system) / 1e3)
    await turn()
    // A drive gives the disk time; here it is waited for once a second of driving.
    if (tick % HZ === HZ - 1) await tape.flush()
  }
  await tape.close()
  return { tickMs, tickCpuMs, totalMs: performance.now() - startedMs, bytes: (await stat(path)).size }
}

const writeBare = async (path: string, bytes: number): Promise<Pick<Round, 'totalMs'>> => {
  const block = Buffer.alloc(Math.round(bytes / TICKS), image)
  const startedMs = performance.now()
  const file = await open(path, 'w')
  for (let tick = 0; tick < TICKS; tick += 1) {
    recordsOfTick(tick)
    await file.write(block)
    if (tick % HZ === HZ - 1) await file.datasync()
  }
  await file.close()
  return { totalMs: performance.now() - startedMs }
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const beganMs = performance.now()
  await work()
  return performance.now() - beganMs
}

const readAll = async (path: string): Promise<number> => {
  let messages = 0
  for await (const record of readTape(path)) messages += record.payload.byteLength > 0 ? 1 : 0
  return messages
}

const folder = mkdtempSync(join(tmpdir(), 'bench-tape-'))
const tape = join(folder, 'ours.mcap')
const ours: Round[] = []
const bare: Pick<Round, 'totalMs'>[] = []
const ms = { verify: 0, read: 0, sha256: 0 }
try {
  for (let round = 0; round < ROUNDS; round += 1) {
    const written = await writeOurs(tape)
    const appended = await writeBare(join(folder, 'bare'), written.bytes)
    const verifyMs = await timed(() => verifyTape(tape))
    const readMs = await timed(() => readAll(tape))
    const sha256Ms = await timed(async () =>
      createHash('sha256')
        .update(await readFile(tape))
        .digest(),
    )
    if (round === 0) continue
    ours.push(written)
    bare.push(appended)
    ms.verify += verifyMs
    ms.read += readMs
    ms.sha256 += sha256Ms
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

const tickMs = ours.flatMap((round) => round.tickMs)
const tickCpuMs = ours.flatMap((round) => round.tickCpuMs)
const bytes = ours.reduce((sum, round) => sum + round.bytes, 0)
const totalMs = (rounds: readonly Pick<Round, 'totalMs'>[]): number =>
  rounds.reduce((sum, round) => sum + round.totalMs, 0)
const mbPerS = (overMs: number): number => bytes / MB / (overMs / 1e3)
reportBench({
  name: 'tape',
  n: tickMs.length,
  figures: {
    writeTickP50Ms: percentile(tickMs, 0.5),
    writeTickP99Ms: percentile(tickMs, 0.99),
    writeTickMaxMs: percentile(tickMs, 1),
    writeTickCpuP50Ms: percentile(tickCpuMs, 0.5),
    writeTickCpuP99Ms: percentile(tickCpuMs, 0.99),
    writeMbPerS: mbPerS(totalMs(ours)),
    bareWriteMbPerS: mbPerS(totalMs(bare)),
    verifyMbPerS: mbPerS(ms.verify),
    readMbPerS: mbPerS(ms.read),
    sha256MbPerS: mbPerS(ms.sha256),
  },
  ratios: {
    writeToBare: totalMs(ours) / totalMs(bare),
    verifyToSha256: ms.verify / ms.sha256,
    readToSha256: ms.read / ms.sha256,
  },
  // A tick comes every 83 ms; the tape may have a tenth of it.
  limits: { writeTickCpuP99Ms: 8.3 },
})
