import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GREEDY, type Question } from '../question.ts'
import { makeNanoBundle, type NanoBundle } from '../testing/nano-bundle.ts'
import { type ModelProcess, type ModelProcessChange, startModelProcess } from './start-model-process.ts'

let nano: NanoBundle

beforeAll(async () => {
  nano = await makeNanoBundle()
})
afterAll(() => nano.remove())

const ask = (text: string, maxNewTokens = 8): Question => ({
  messages: [{ role: 'user', content: text }],
  maxNewTokens,
  sampling: GREEDY,
  ignoreEos: true,
})

/** Runs with a process and closes it, whatever happens. */
const withProcess = async (
  folderOfBundle: string,
  use: (model: ModelProcess, changes: readonly ModelProcessChange[]) => Promise<void>,
): Promise<void> => {
  const changes: ModelProcessChange[] = []
  const model = startModelProcess({ bundle: folderOfBundle, threads: 1, onChange: (change) => changes.push(change) })
  try {
    await use(model, changes)
  } finally {
    await model.close()
  }
}

const states = (changes: readonly ModelProcessChange[]): string[] =>
  changes.map(({ state, starts }) => `${state} ${starts}`)

test('a question asked before the process is ready is answered, piece by piece', () =>
  withProcess(nano.bundle, async (model, changes) => {
    expect(states(changes)).toEqual(['starting 1'])
    const parts: string[] = []
    const answer = await model.answer(ask('Hello'), ({ text }) => parts.push(text))
    expect(answer.tokenIds).toHaveLength(8)
    expect(parts.join('')).toBe(answer.text)
    expect(parts.length).toBeGreaterThan(1)
    expect(states(changes)).toEqual(['starting 1', 'ready 1'])
    expect(model.info.bundleSha256).toMatch(/^[0-9a-f]{64}$/)
    expect(model.info.contextTokens).toBeGreaterThan(0)
  }))

test('a process that is killed rejects its question at once, comes back and answers the same', () =>
  withProcess(nano.bundle, async (model, changes) => {
    const before = await model.answer(ask('Hello'), () => {})
    const lost = model.answer(ask('Hello', 4000), () => model.kill())
    await expect(lost).rejects.toMatchObject({ code: 'MODEL_PROCESS_EXITED', found: 'SIGKILL' })
    const after = await model.answer(ask('Hello'), () => {})
    expect(after.tokenIds).toEqual(before.tokenIds)
    expect(states(changes)).toEqual(['starting 1', 'ready 1', 'exited 1', 'starting 2', 'ready 2'])
  }))

test('an abort ends the answer with what there is', () =>
  withProcess(nano.bundle, async (model) => {
    const cut = new AbortController()
    const answer = await model.answer(ask('Hello', 4000), () => cut.abort(), cut.signal)
    expect(answer.finish).toBe('cut')
    expect(answer.tokenIds.length).toBeGreaterThan(0)
    expect(answer.tokenIds.length).toBeLessThan(4000)
  }))

test('an abort before the process is ready answers nothing', () =>
  withProcess(nano.bundle, async (model) => {
    const answer = await model.answer(ask('Hello'), () => {}, AbortSignal.abort())
    expect(answer).toMatchObject({ finish: 'cut', tokenIds: [] })
  }))

test('a question that the model cannot take is refused with its code, and the next one is answered', () =>
  withProcess(nano.bundle, async (model) => {
    const image = { kind: 'encoded', data: new Uint8Array(10) } as const
    const bad: Question = { ...ask(''), messages: [{ role: 'user', content: [{ type: 'image', image }] }] }
    await expect(model.answer(bad, () => {})).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' })
    await expect(model.answer(ask('Hello', 1_000_000), () => {})).rejects.toMatchObject({
      code: 'MODEL_CONTEXT_EXCEEDED',
    })
    expect((await model.answer(ask('Hello'), () => {})).tokenIds).toHaveLength(8)
  }))

test('a bundle that cannot be loaded rejects with its own code and is not started again', async () => {
  const broken = `${nano.bundle}-broken`
  cpSync(nano.bundle, broken, { recursive: true })
  rmSync(join(broken, 'tokenizer.json'))
  await withProcess(broken, async (model, changes) => {
    await expect(model.answer(ask('Hello'), () => {})).rejects.toMatchObject({ code: 'BUNDLE_MISSING_FILE' })
    await expect(model.answer(ask('Hello'), () => {})).rejects.toMatchObject({ code: 'BUNDLE_MISSING_FILE' })
    expect(states(changes)).toEqual(['starting 1', 'exited 1'])
    expect(changes.at(-1)?.detail).toContain('tokenizer.json')
  })
})

test('no bundle at all is an error of the start', () => {
  expect(() => startModelProcess({ bundle: `${nano.bundle}-none`, threads: 1 })).toThrow(
    expect.objectContaining({ code: 'BUNDLE_NOT_FOUND' }),
  )
})
