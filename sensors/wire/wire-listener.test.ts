import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openWireListener } from './wire-listener.ts'
import { openWireSink } from './wire-sink.ts'

describe('a listener to what a drive publishes', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-listener-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('may come before the drive, and hears only the topics that it asked for', async () => {
    const address = `ipc://${join(folder, 'out.sock')}`
    const heard: string[] = []
    const listener = openWireListener({
      address,
      topics: ['/planners/verdict'],
      onMessage: (topic, payload) => heard.push(`${topic} ${payload.join(' ')}`),
    })
    const sink = await openWireSink({ address, clock: { nowNs: () => 1n } })
    await expect
      .poll(() => {
        sink.publish('/planners/verdict-of-another', new Uint8Array([9]))
        sink.publish('/tasks/plan', new Uint8Array([9]))
        sink.publish('/planners/verdict', new Uint8Array([1, 2]))
        return heard.length
      })
      .toBeGreaterThan(2)
    await sink.close()
    await listener.close()
    expect(new Set(heard)).toEqual(new Set(['/planners/verdict 1 2']))
  })

  it('does not begin with an address that is none', () => {
    expect(() => openWireListener({ address: 'out.sock', topics: [], onMessage: () => {} })).toThrow(
      expect.objectContaining({ code: 'WIRE_ADDRESS' }),
    )
  })
})
