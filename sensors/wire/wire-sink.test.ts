import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from 'vitest'
import { Subscriber } from 'zeromq'
import {
  decode,
  encode,
  Fault_Severity,
  FaultSchema,
  Verdict_Decision,
  VerdictSchema,
  WireHeaderSchema,
} from '#messages'
import { pythonOrSkip, ROOT } from '../../test/oracles.ts'
import { openWireSink } from './wire-sink.ts'

const clock = { nowNs: () => BigInt(Date.now()) * 1_000_000n }
const ipcAddress = (): string => `ipc://${join(mkdtempSync(join(tmpdir(), 'wire-')), 'out.sock')}`
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

const verdict = (timeNs: bigint): Uint8Array =>
  encode(VerdictSchema, {
    timeNs,
    decision: Verdict_Decision.MINIMAL_RISK_STOP,
    steps: [{ timeNs: timeNs + 1n, poseInEgo: { xM: 1.25, yM: -0.5, headingRad: 0.125 }, speedMps: 3 }],
    changes: ['no plan'],
  })

describe('a sink on the wire', () => {
  it('is read by Python with the committed descriptors', async (context) => {
    const python = pythonOrSkip(context)
    const address = ipcAddress()
    const sink = await openWireSink({ address, clock })
    const reader = spawn(python, [`${ROOT}examples/python-driver/read_verdicts.py`, address, '6'])
    let complaint = ''
    reader.stderr.on('data', (text) => {
      complaint += text
    })
    const lines: string[] = []
    const reading = (async () => {
      for await (const line of createInterface({ input: reader.stdout })) lines.push(line)
    })()
    let ended = false
    void reading.then(() => {
      ended = true
    })
    while (!ended) {
      sink.publish('/planners/verdict', verdict(1_800_000_000_000_000_001n))
      sink.publish(
        '/pipeline/fault',
        encode(FaultSchema, { code: 'plan-late', severity: Fault_Severity.ERROR, count: 2n }),
      )
      await turn()
    }
    await sink.close()
    expect(complaint).toBe('')
    const read = lines.map((line) => JSON.parse(line))
    expect(read).toHaveLength(6)
    const verdicts = read.filter(({ topic }) => topic === '/planners/verdict')
    expect(verdicts[0].message).toEqual({
      time_ns: '1800000000000000001',
      decision: 'DECISION_MINIMAL_RISK_STOP',
      steps: [
        {
          time_ns: '1800000000000000002',
          pose_in_ego: { x_m: 1.25, y_m: -0.5, heading_rad: 0.125 },
          speed_mps: 3,
        },
      ],
      changes: ['no plan'],
    })
    expect(verdicts[1].sequence).toBe(verdicts[0].sequence + 1)
    expect(read.find(({ topic }) => topic === '/pipeline/fault')?.message.code).toBe('plan-late')
  })

  it('drops for a reader that does not read, and goes on', async () => {
    const address = ipcAddress()
    const sink = await openWireSink({ address, clock })
    const reader = new Subscriber({ receiveHighWaterMark: 1, linger: 0 })
    reader.connect(address)
    reader.subscribe()
    const payload = new Uint8Array(100_000)
    sink.publish('/tasks/plan', payload)
    for (let index = 0; index < 50; index++) await turn()
    for (let index = 1; index < 3000; index++) {
      sink.publish('/tasks/plan', payload)
      if (index % 100 === 0) await turn()
    }
    const sequences: bigint[] = []
    const collect = async (): Promise<void> => {
      for await (const [, header] of reader) sequences.push(decode(WireHeaderSchema, header as Uint8Array).sequence)
    }
    const collecting = collect()
    // The last of all comes through once there is room again.
    while (sequences.at(-1) === undefined || (sequences.at(-1) as bigint) < 3000n) {
      await turn()
      sink.publish('/tasks/plan', payload)
    }
    reader.close()
    await collecting
    await sink.close()
    expect(sequences.length).toBeLessThan(3000)
    expect(sequences).toEqual([...sequences].sort((a, b) => Number(a - b)))
  })

  it('takes nothing more once it is closed, without an error', async () => {
    const sink = await openWireSink({ address: ipcAddress(), clock })
    await sink.close()
    sink.publish('/planners/verdict', verdict(1n))
    await sink.close()
  })
})
