import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it } from 'vitest'
import { OUTRIDER, ROOT } from '../../../test/oracles.ts'
import { questionOf } from './ask-item.ts'
import { baselineAnswer, habitsOf } from './baselines.ts'
import { type EmbodiedItem, readItems } from './read-items.ts'
import { embodiedReport } from './report.ts'
import { scoreAnswer } from './score-answer.ts'

const run = promisify(execFile)
const outrider = (...args: string[]) => run(process.execPath, [...OUTRIDER, ...args], { cwd: ROOT })
const folder = mkdtempSync(join(tmpdir(), 'outrider-embodied-'))
const items: EmbodiedItem[] = []

beforeAll(async () => {
  const { stdout } = await outrider(
    'dataset-embodied',
    '--seed',
    '3',
    '--count',
    '120',
    '--split',
    'held-out',
    '--out',
    folder,
    '--json',
  )
  expect(JSON.parse(stdout)).toMatchObject({ records: 120, split: 'held-out' })
  for await (const item of readItems(folder, 1000)) items.push(item)
})

const right = ({ messages }: EmbodiedItem): string =>
  messages
    .at(-1)!
    .content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('')
const of = (task: string): EmbodiedItem => items.find((item) => item.task === task)!

describe('the score', () => {
  it('of the answers in the records is full, for every task', () => {
    const report = embodiedReport(items.map((item) => ({ item, score: scoreAnswer(item, right(item)) })))
    expect(report.all).toMatchObject({ count: 120, score: 1, unreadable: 0, executable: 1 })
    expect(Object.keys(report.byTask).length).toBe(4)
  })

  it('of points is the mean of the mask, where one outside the image is a miss', () => {
    const item: EmbodiedItem = {
      ...of('embodied/point'),
      mask: Uint8Array.from({ length: 4 }, (_, index) => index % 2),
      width: 2,
      height: 2,
    }
    const said = (points: number[][]) => scoreAnswer(item, JSON.stringify([{ points, label: '' }])).score
    expect(said([[1, 0]])).toBe(1)
    expect(
      said([
        [1, 0],
        [0, 0],
      ]),
    ).toBe(0.5)
    expect(
      said([
        [1, 0],
        [2, 0],
      ]),
    ).toBe(0.5)
    expect(said([[1.9, 1.9]])).toBe(1)
    expect(said([])).toBe(0)
  })

  it('counts an answer that cannot be read, and gives it nothing', () => {
    for (const task of ['embodied/point', 'embodied/affordance', 'embodied/spatial', 'embodied/task-plan']) {
      expect(scoreAnswer(of(task), '<think> I wonder')).toEqual({ score: 0, readable: false })
    }
  })

  it('of those who see nothing is far from full', () => {
    const habits = habitsOf(items)
    for (const kind of ['blind', 'random'] as const) {
      const report = embodiedReport(
        items.map((item) => ({ item, score: scoreAnswer(item, baselineAnswer(kind, item, habits)) })),
      )
      expect(report.all.unreadable).toBe(0)
      expect(report.all.score).toBeLessThan(0.5)
      expect(report.byTask['embodied/point']!.score).toBeLessThan(0.3)
    }
  })
})

describe('a question', () => {
  it('is the record without its answer, under its schema', () => {
    const [item, other] = [of('embodied/point'), items.at(-1)!]
    const question = questionOf(item, { shown: 'image', constrained: true, other })
    expect(question.messages.map(({ role }) => role)).toEqual(['system', 'user'])
    expect(question.answerSchema).toEqual(item.truth.schema)
    expect(question.imageSizes).toEqual([{ width: item.width, height: item.height }])
    const shown = (which: 'blank' | 'swapped') =>
      questionOf(item, { shown: which, constrained: false, other }).messages[1]!.content
    expect(shown('blank')[0]).toMatchObject({ image: { kind: 'raw', width: item.width, height: item.height } })
    expect(shown('swapped')[0]).toMatchObject({ image: { data: other.image } })
  })
})

describe('outrider evaluate embodied', () => {
  it('prints one report of every answerer', async () => {
    const { stdout } = await outrider('evaluate', 'embodied', folder, '--limit', '30', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      items: 30,
      answerers: { blind: { all: { count: 30 } }, random: { all: { count: 30 } } },
    })
  })

  it.each([
    [['evaluate', 'embodied', '/nowhere', '--json'], 'EVALUATION_RECORDS'],
    [['dataset-embodied', '--seed', 'x', '--out', folder, '--json'], 'DATASET_FLAG'],
  ])('%j ends with 2 and says why', async (args, code) => {
    const failed = await outrider(...args).then(
      () => undefined,
      (error: { code: number; stdout: string }) => error,
    )
    expect(failed?.code).toBe(2)
    expect(JSON.parse(failed!.stdout)).toMatchObject({ error: { code } })
  })

  it('refuses a line that is no record', async () => {
    const broken = mkdtempSync(join(tmpdir(), 'outrider-embodied-'))
    const [first] = readFileSync(join(folder, 'embodied.jsonl'), 'utf8').split('\n')
    writeFileSync(join(broken, 'embodied.jsonl'), `${first!.slice(0, 40)}\n`)
    await expect(readItems(broken, 9).next()).rejects.toMatchObject({ code: 'EVALUATION_RECORDS' })
  })
})
