import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rigSensors } from '../rig-sensors.ts'
import type { Reception } from '../source.ts'
import { openFaultProxy } from './fault-proxy.ts'
import { egoPayload } from './testing/sample-messages.ts'
import { openWirePublisher } from './wire-publisher.ts'
import { openWireSource } from './wire-source.ts'

const clock = { nowNs: () => BigInt(Date.now()) * 1_000_000n }
const START_NS = 1_700_000_000_000_000_000n

describe('a fault proxy between a driver and a drive', () => {
  it('lets the driver find the drive, and the drive the faults', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'proxy-'))
    const [listen, forward] = [`ipc://${folder}/car.sock`, `ipc://${folder}/drive.sock`]
    const received: Reception[] = []
    const source = openWireSource({ address: forward, sensors: rigSensors([]), clock })
    await source.start((reception) => received.push(reception))
    const proxy = await openFaultProxy({
      listen,
      forward,
      seed: 1,
      script: [
        { kind: 'lost', topic: '/sensors/ego', fromMs: 10, untilMs: 20 },
        { kind: 'duplicated', topic: '/sensors/ego', fromMs: 30, untilMs: 40 },
        { kind: 'late', topic: '/sensors/ego', fromMs: 50, untilMs: 60, amount: 40 },
      ],
    })
    const driver = await openWirePublisher({ address: listen, mode: 'connect', whenFull: 'wait', clock })
    try {
      await driver.waitForSubscriber()
      for (let n = 0n; n < 10n; n += 1n) {
        await driver.publish('/sensors/ego', egoPayload(START_NS + n * 10_000_000n))
      }
      await expect.poll(() => received.filter(({ kind }) => kind === 'message').length).toBe(10)
      const order = received.flatMap((one) =>
        one.kind === 'message' ? [Number(one.captureTimeNs - START_NS) / 1e7] : [],
      )
      expect(order).toEqual([0, 2, 3, 3, 4, 6, 7, 8, 9, 5])
      const codes = received.flatMap((one) => (one.kind === 'fault' ? [one.fault.code] : []))
      expect(codes).toEqual(expect.arrayContaining(['message-lost', 'sender-restarted']))
      expect(proxy.counts()).toEqual({ taken: 10, struck: { lost: 1, duplicated: 1, late: 1 }, refused: 0 })
    } finally {
      await driver.close()
      await proxy.close()
      await source.close()
    }
  })
})
