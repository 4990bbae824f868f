// Every kind of mutation, on a small tape; `npm run battery` does it on tapes of live drives, through the command.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTape, readTape, verifyTape } from '#log'
import { decode, encode, FaultSchema, ModelAnswerSchema } from '#messages'
import { createComparison, replay } from '#replay'
import { createTestRun, driveTwoSeconds } from '../../src/pipeline/testing/drive-events.ts'
import { recordsOf, withSnapshots } from '../../src/pipeline/testing/drive-with-snapshots.ts'
import { type Finding, judgeMutation } from './judge-mutation.ts'
import { MUTATION_NAMES, mutateTape } from './mutate-tape.ts'
import { createRandom } from './random.ts'

type TestRun = ReturnType<typeof createTestRun>

/** The small drive with something of everything: snapshots, a fault of the wire, answers with tokens. */
const driveWithEverything = (): TestRun => {
  const run = withSnapshots(createTestRun())
  const step: TestRun['step'] = (body) => {
    if (body.topic === '/sensors/route') {
      const payload = encode(FaultSchema, { source: 'sensors/wire', code: 'message-lost', count: 1n })
      run.step({ ...body, topic: '/sensors/fault', logTimeNs: body.logTimeNs - 1n, payload })
    }
    if (body.topic !== '/model/answer') return run.step(body)
    const answer = decode(ModelAnswerSchema, body.payload)
    return run.step({ ...body, payload: encode(ModelAnswerSchema, { ...answer, tokenIds: [5, 6, 7] }) })
  }
  return driveTwoSeconds({ ...run, step })
}

describe('a changed tape', () => {
  let folder = ''
  let tape = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-mutations-'))
    tape = join(folder, 'tape.mcap')
    const writer = await openTape(tape)
    for (const record of recordsOf(driveWithEverything())) writer.write(record)
    await writer.close()
  })
  afterAll(() => rm(folder, { recursive: true }))

  const check = async (path: string): Promise<Finding> => {
    if ((await verifyTape(path)).damaged.length > 0) return { result: 'damaged', first: undefined }
    const comparison = createComparison()
    await replay({ records: readTape(path), comparison })
    const { same, first } = comparison.finish()
    return { result: same ? 'same' : 'diverged', first }
  }

  it('is the same before it is changed', async () => {
    expect((await check(tape)).result).toBe('same')
  })

  it.each(MUTATION_NAMES.map((name, number) => ({ name, number })))(
    'is found, and the first divergence named rightly, with $name ($number)',
    async ({ name, number }) => {
      const changed = join(folder, `${number}.mcap`)
      const mutated = await mutateTape(name, tape, changed, createRandom(number))
      if (!mutated) throw new Error('this tape has nothing that it could change')
      expect(judgeMutation(mutated, await check(changed))).toEqual([])
    },
  )
})
