import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import sharp from 'sharp'
import { afterEach, describe, expect, it } from 'vitest'
import { XPublisher } from 'zeromq'
import { CompressedImageSchema, decode, EgoStateSchema } from '#messages'
import { pythonOrSkip, ROOT, SOURCE_ARGS } from '../../test/oracles.ts'
import { rigSensors } from '../rig-sensors.ts'
import type { Reception, SensorFault } from '../source.ts'
import { cameraPayload, egoPayload, jpegHeader } from './testing/sample-messages.ts'
import type { SenderOrder } from './testing/sender-process.ts'
import { openWirePublisher } from './wire-publisher.ts'
import { openWireSource, type WireSourceOptions } from './wire-source.ts'

const run = promisify(execFile)
const clock = { nowNs: () => BigInt(Date.now()) * 1_000_000n }
const FRONT = '/sensors/camera/front'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const ipcAddress = (): string => `ipc://${join(mkdtempSync(join(tmpdir(), 'wire-')), 'car.sock')}`
const tcpAddress = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return `tcp://127.0.0.1:${port}`
}

type Message = Extract<Reception, { kind: 'message' }>

/** A source that keeps all that comes out of it. */
const listen = async (
  address: string,
  options: Partial<WireSourceOptions> = {},
  onMessage = (_: Message): void => {},
) => {
  const messages: Message[] = []
  const faults: SensorFault[] = []
  const sensors = rigSensors([{ view: 'front', width: 64, height: 48, timeOffsetMs: 0 }])
  const source = openWireSource({ address, sensors, clock, ...options })
  await source.start((reception) => {
    if (reception.kind === 'fault') faults.push(reception.fault)
    else {
      messages.push(reception)
      onMessage(reception)
    }
  })
  closing.push(source.close)
  const times = (code: string): number =>
    faults.filter((fault) => fault.code === code).reduce((sum, fault) => sum + fault.times, 0)
  return { messages, faults, times, close: source.close }
}

const publishTo = async (address: string) => {
  const publisher = await openWirePublisher({ address, mode: 'connect', whenFull: 'wait', clock })
  closing.push(publisher.close)
  await publisher.waitForSubscriber()
  return publisher
}

const send = (order: SenderOrder): Promise<number> =>
  run(process.execPath, [...SOURCE_ARGS, `${ROOT}sensors/wire/testing/sender-process.ts`, JSON.stringify(order)]).then(
    ({ stdout }) => Number(stdout),
  )

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('a source on the wire', () => {
  it.each([['ipc'], ['tcp']])(
    'loses nothing to a driver that was there first and ends at once, over %s',
    async (transport) => {
      const address = transport === 'ipc' ? ipcAddress() : await tcpAddress()
      const sending = send({ address, frames: 400, frameBytes: 100_000, everyMs: 0, whenFull: 'wait' })
      await new Promise((resolve) => setTimeout(resolve, 1000))
      const { messages, faults, times } = await listen(address)
      expect(await sending).toBe(0)
      await until(() => messages.length + times('frame-stale') === 400)
      expect(times('message-lost')).toBe(0)
      const sizes = messages.map(({ payload }) => decode(CompressedImageSchema, payload).data.length)
      expect(new Set(sizes)).toEqual(new Set([jpegHeader(64, 48, 100_000).length]))
      expect(faults.filter(({ code }) => code !== 'frame-stale' && code !== 'sender-disconnected')).toEqual([])
    },
  )

  it('hands out the newest frame after a stall, and accounts for every other one', async () => {
    const address = ipcAddress()
    let stalled = false
    const { messages, times } = await listen(address, {}, () => {
      if (stalled) return
      stalled = true
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000)
    })
    const lost = await send({ address, frames: 500, frameBytes: 20_000, everyMs: 4, whenFull: 'drop' })
    await until(() => messages.length + times('frame-stale') + times('message-lost') === 500)
    expect(times('frame-stale')).toBeGreaterThan(0)
    expect(times('message-lost')).toBe(lost)
    const stamps = messages.map(({ captureTimeNs }) => captureTimeNs)
    expect(stamps).toEqual([...stamps].sort((a, b) => Number(a - b)))
  })

  it('says when a driver began anew, and takes what it sends', async () => {
    const address = ipcAddress()
    const { messages, times } = await listen(address)
    for (let start = 0; start < 2; start++) {
      await send({ address, frames: 20, frameBytes: 10, everyMs: 1, whenFull: 'drop' })
    }
    await until(() => messages.length === 40)
    expect(times('sender-restarted')).toBe(1)
    await until(() => times('sender-disconnected') > 0)
  })

  it('makes one fault of every message of random parts, and goes on', async () => {
    const address = ipcAddress()
    const { messages, times } = await listen(address)
    const socket = new XPublisher({ sendHighWaterMark: 0, linger: 0 })
    closing.push(async () => socket.close())
    socket.connect(address)
    await socket.receive()
    const parts = fc.sample(fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 5 }), 2000)
    for (const message of parts) await socket.send([...message])
    const publisher = await publishTo(address)
    await publisher.publish('/sensors/ego', egoPayload(clock.nowNs()))
    await until(() => messages.length === 1)
    await until(() => times('message-malformed') + times('topic-unknown') === parts.length)
  })

  it('hangs up on a message of more than twice the limit, and counts it when the next one comes', async () => {
    const address = ipcAddress()
    const { messages, times } = await listen(address, { limits: { maxBytes: 10_000 } })
    const publisher = await publishTo(address)
    await publisher.publish(FRONT, cameraPayload('front', clock.nowNs()))
    await publisher.publish(FRONT, new Uint8Array(15_000))
    await publisher.publish(FRONT, new Uint8Array(25_000))
    await until(() => times('sender-disconnected') === 1)
    await publisher.waitForSubscriber()
    // ZeroMQ connects again by itself; what is sent before it has is lost like the large one.
    await until(() => {
      void publisher.publish(FRONT, cameraPayload('front', clock.nowNs()))
      return messages.length >= 2
    })
    expect(times('message-oversized')).toBe(1)
    expect(times('message-lost')).toBeGreaterThanOrEqual(1)
  })

  it('gives a driver false for what it sends after the drive is gone, and is heard again when one is back', async () => {
    const address = ipcAddress()
    const { close } = await listen(address)
    const publisher = await publishTo(address)
    await close()
    const publish = () => publisher.publish('/sensors/ego', egoPayload(clock.nowNs()))
    while (await publish()) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(existsSync(address.slice('ipc://'.length))).toBe(false)
    const { messages } = await listen(address)
    await publisher.waitForSubscriber()
    const beforeNs = clock.nowNs()
    expect(await publish()).toBe(true)
    await until(() => messages.length > 0)
    // None of what was sent in between was kept for it.
    expect(messages.every(({ captureTimeNs }) => captureTimeNs >= beforeNs)).toBe(true)
  })

  it('counts a peer that does not speak ZeroMQ', async () => {
    const address = await tcpAddress()
    const { times } = await listen(address)
    await fetch(address.replace('tcp:', 'http:')).catch(() => {})
    await until(() => times('handshake-failed') > 0)
  })

  it('hands out payloads that stay as they are while more come', async () => {
    const address = ipcAddress()
    const { messages } = await listen(address)
    const publisher = await publishTo(address)
    const sent = Array.from({ length: 200 }, (_, index) => egoPayload(clock.nowNs() + BigInt(index)))
    for (const payload of sent) await publisher.publish('/sensors/ego', payload)
    await until(() => messages.length === sent.length)
    expect(messages.map(({ payload }) => Buffer.from(payload))).toEqual(sent.map((payload) => Buffer.from(payload)))
  })

  it('leaves an ipc socket that only its owner can use', async () => {
    const address = ipcAddress()
    await listen(address)
    expect(statSync(address.slice('ipc://'.length)).mode & 0o777).toBe(0o600)
  })

  it('binds where a drive that was killed left its socket, and never where one still listens', async () => {
    const address = ipcAddress()
    const path = address.slice('ipc://'.length)
    const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log())`
    const killed = spawn(process.execPath, ['-e', script])
    await new Promise((resolve) => killed.stdout.once('data', resolve))
    await expect(listen(address)).rejects.toMatchObject({ code: 'WIRE_ADDRESS_IN_USE' })
    killed.kill('SIGKILL')
    await new Promise((resolve) => killed.once('exit', resolve))
    expect(existsSync(path)).toBe(true)
    await listen(address)
  })

  it('does not bind over a file', async () => {
    const address = ipcAddress()
    const path = address.slice('ipc://'.length)
    writeFileSync(path, 'precious')
    await expect(listen(address)).rejects.toMatchObject({ code: 'WIRE_BIND' })
    expect(readFileSync(path, 'utf8')).toBe('precious')
  })

  it.each([
    ['no address', 'car.sock', 'WIRE_ADDRESS'],
    ['a socket within the process', 'inproc://car', 'WIRE_ADDRESS'],
    ['tcp without a port', 'tcp://127.0.0.1', 'WIRE_ADDRESS'],
    ['an ipc path that the kernel cannot hold', `ipc:///tmp/${'x'.repeat(120)}`, 'WIRE_ADDRESS'],
    ['a folder that is not there', 'ipc:///nowhere/at/all.sock', 'WIRE_BIND'],
    ['another computer', 'tcp://192.0.2.1:5555', 'WIRE_BIND'],
  ])('refuses to bind %s', async (_what, address, code) => {
    await expect(listen(address)).rejects.toMatchObject({ code })
  })

  it('takes what a driver in Python sends, exactly', async (context) => {
    const python = pythonOrSkip(context)
    const address = ipcAddress()
    const jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#456' } })
      .jpeg()
      .toBuffer()
    const path = join(mkdtempSync(join(tmpdir(), 'wire-')), 'front.jpg')
    writeFileSync(path, jpeg)
    const driving = run(python, [`${ROOT}examples/python-driver/drive_one_camera.py`, address, path, '5'])
    const { messages, faults } = await listen(address)
    await driving
    await until(() => messages.length === 10)
    for (const { topic, payload, captureTimeNs } of messages) {
      if (topic === FRONT) expect(Buffer.from(decode(CompressedImageSchema, payload).data)).toEqual(jpeg)
      else
        expect(decode(EgoStateSchema, payload)).toMatchObject({
          captureTimeNs,
          yawRateRadps: 0,
          velocityInEgoMps: { x: 8 },
        })
    }
    // A field that it does not know is absent, not 0.
    expect(decode(EgoStateSchema, (messages[1] as Message).payload)).not.toHaveProperty('steeringAngleRad')
    expect(faults.filter(({ code }) => code !== 'sender-disconnected')).toEqual([])
  })
})
