import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseRig } from '#calibration'
import { readTape } from '#log'
import { recordSimulation, townWorld } from '#simulator'
import { ROOT } from './oracles.ts'

/** As in examples/README.md. */
const SEED = 4
const DURATION_S = 10

test('the town of the examples is what its seed makes, byte for byte', async (context) => {
  context.skip(process.arch !== 'x64', `the pictures were drawn on x64, this is ${process.arch}`)
  const rig = parseRig(readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8'))
  const made = recordSimulation({ world: townWorld(SEED), rig }, DURATION_S)
  let compared = 0
  for await (const { topic, logTimeNs, publishTimeNs, sequence, payload } of readTape(
    `${ROOT}examples/town/town.mcap`,
  )) {
    const again = made.next().value
    expect(again).toMatchObject({ topic, logTimeNs, publishTimeNs, sequence })
    expect(Buffer.compare(again!.payload, payload), `${topic} ${sequence}`).toBe(0)
    compared += 1
  }
  expect(made.next().done).toBe(true)
  expect(compared).toBe(497)
})
