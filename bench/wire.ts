// How long a camera frame takes from driver to drive, and what the checks cost: six 145 kB JPEGs in a burst at 12 Hz, two
// processes. `raw` is ZeroMQ alone, the same parts sent and received without a look at them, in turns with ours.
import { fork } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Publisher, Subscriber } from 'zeromq'
import { CompressedImageSchema, cameraTopic, encode, timestampFromNs, VIEWS } from '#messages'
import { openWirePublisher, openWireSource, rigSensors } from '#sensors'
import { percentile, reportBench } from './report.ts'

type Way = 'ours' | 'raw'

const HZ = 12
const FRAME_BYTES = 145_000
const WIDTH = 1600
const HEIGHT = 900
/** Measured, for each transport, way and round; and sent before, until the code is compiled: a drive lasts hours. */
const BURSTS = 60
const WARM_BURSTS = 36
const ROUNDS = 3

/** Monotonic and, on Linux, the same in both processes. */
const clock = { nowNs: () => process.hrtime.bigint() }

const jpeg = Buffer.alloc(FRAME_BYTES)
Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, HEIGHT >> 8, HEIGHT & 255, WIDTH >> 8, WIDTH & 255, 3]).copy(jpeg)

interface Figures {
  readonly latenciesMs: readonly number[]
  readonly senderCpuMs: number
  readonly receiverCpuMs: number
}

const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since)
  return (user + system) / 1000
}

const send = async (way: Way, address: string): Promise<void> => {
  const publish = way === 'ours' ? await ourPublisher(address) : await rawPublisher(address)
  let before = process.cpuUsage()
  for (let burst = -WARM_BURSTS; burst < BURSTS; burst++) {
    if (burst === 0) before = process.cpuUsage()
    const dueMs = performance.now() + 1000 / HZ
    for (const view of VIEWS) {
      const timestamp = timestampFromNs(clock.nowNs())
      const frameId = `camera/${view}`
      await publish(
        cameraTopic(view),
        encode(CompressedImageSchema, { timestamp, frameId, format: 'jpeg', data: jpeg }),
      )
    }
    await sleep(dueMs - performance.now())
  }
  process.send?.(cpuMs(before))
}

const ourPublisher = async (address: string) => {
  const publisher = await openWirePublisher({ address, mode: 'connect', whenFull: 'drop', clock })
  await publisher.waitForSubscriber()
  return publisher.publish
}

const rawPublisher = async (address: string) => {
  const socket = new Publisher()
  socket.connect(address)
  // PUB does not say when somebody has subscribed.
  await sleep(300)
  return (topic: string, payload: Uint8Array) => {
    const header = Buffer.alloc(8)
    header.writeBigUInt64LE(clock.nowNs())
    return socket.send([topic, header, payload])
  }
}

const receiveOurs = async (address: string, onFrame: (stampNs: bigint) => void): Promise<() => Promise<void>> => {
  const cameras = VIEWS.map((view) => ({ view, width: WIDTH, height: HEIGHT, timeOffsetMs: 0 }))
  const source = openWireSource({ address, sensors: rigSensors(cameras), clock })
  await source.start((reception) => {
    if (reception.kind === 'message') onFrame(reception.captureTimeNs)
    else if (reception.fault.code !== 'sender-disconnected') throw new Error(reception.fault.message)
  })
  return source.close
}

const receiveRaw = async (address: string, onFrame: (stampNs: bigint) => void): Promise<() => Promise<void>> => {
  const socket = new Subscriber()
  await socket.bind(address)
  socket.subscribe()
  const receiving = (async () => {
    for await (const [, header] of socket) onFrame((header as Buffer).readBigUInt64LE())
  })()
  return async () => {
    socket.close()
    await receiving
  }
}

const measure = async (way: Way, address: string): Promise<Figures> => {
  const latenciesMs: number[] = []
  let warmFrames = WARM_BURSTS * VIEWS.length
  let before = process.cpuUsage()
  const onFrame = (stampNs: bigint): void => {
    if (warmFrames > 0) {
      warmFrames -= 1
      before = process.cpuUsage()
    } else latenciesMs.push(Number(clock.nowNs() - stampNs) / 1e6)
  }
  const close = await (way === 'ours' ? receiveOurs : receiveRaw)(address, onFrame)
  const sender = fork(fileURLToPath(import.meta.url), [way, address])
  const senderCpuMs = await new Promise<number>((resolve) => sender.once('message', (ms) => resolve(Number(ms))))
  while (latenciesMs.length < BURSTS * VIEWS.length) await sleep(5)
  const receiverCpuMs = cpuMs(before)
  sender.kill()
  await close()
  return { latenciesMs, senderCpuMs, receiverCpuMs }
}

const main = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-wire-'))
  const figures: Record<string, number> = {}
  const ratios: Record<string, number> = {}
  for (const transport of ['ipc', 'tcp']) {
    const all: Record<Way, Figures[]> = { ours: [], raw: [] }
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of ['raw', 'ours'] as const) {
        const address =
          transport === 'ipc'
            ? `ipc://${folder}/${way}${round}.sock`
            : `tcp://127.0.0.1:${20_700 + round * 2 + (way === 'ours' ? 1 : 0)}`
        all[way].push(await measure(way, address))
      }
    }
    const seconds = (ROUNDS * BURSTS) / HZ
    const cpuPercent = (way: Way, part: 'senderCpuMs' | 'receiverCpuMs'): number =>
      all[way].reduce((sum, figure) => sum + figure[part], 0) / (seconds * 10)
    for (const [name, share] of [
      ['P50', 0.5],
      ['P95', 0.95],
      ['P99', 0.99],
    ] as const) {
      const [ours, raw] = (['ours', 'raw'] as const).map((way) =>
        percentile(
          all[way].flatMap((f) => f.latenciesMs),
          share,
        ),
      ) as [number, number]
      figures[`${transport}${name}Ms`] = ours
      figures[`${transport}Raw${name}Ms`] = raw
      ratios[`${transport}${name}`] = ours / raw
    }
    for (const [name, part] of [
      ['Receiver', 'receiverCpuMs'],
      ['Sender', 'senderCpuMs'],
    ] as const) {
      figures[`${transport}${name}CpuPercent`] = cpuPercent('ours', part)
      figures[`${transport}Raw${name}CpuPercent`] = cpuPercent('raw', part)
      ratios[`${transport}${name}Cpu`] = cpuPercent('ours', part) / cpuPercent('raw', part)
    }
  }
  // Half of the 83 ms between two frames, on a machine that does other things too: later, and a set closes without it.
  const limits = { ipcP99Ms: 40, tcpP99Ms: 40 }
  reportBench({ name: 'wire', n: ROUNDS * BURSTS * VIEWS.length, figures, ratios, limits })
}

const [way, address] = process.argv.slice(2)
if ((way === 'ours' || way === 'raw') && address) await send(way, address)
else await main()
