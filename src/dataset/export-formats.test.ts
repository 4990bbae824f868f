import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportDataset } from './export-formats.ts'

const folder = mkdtempSync(join(tmpdir(), 'outrider-export-'))
const record = {
  id: 'a-1-t0.00s/rl',
  task: 'driving/plan',
  messages: [
    { role: 'system', content: [{ type: 'text', text: 'You are a helpful assistant.' }] },
    {
      role: 'user',
      content: [
        { type: 'image' },
        { type: 'image' },
        { type: 'text', text: '1: <image> 2: <image>. These two images are' },
        { type: 'text', text: ' /no_think' },
      ],
    },
    { role: 'assistant', content: [{ type: 'text', text: '{"speed":"keep"}' }] },
  ],
  images: ['images/a-1/t0.00s-front.jpg', 'images/a-1/t0.00s-back.jpg'],
  truth: { speed: 'keep', poses: [[1, 0, 0]] },
}
interface ExportedRow {
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly images: readonly string[]
  readonly truth: string
  readonly problem: string
  readonly answer: string
}
interface DatasetInfo {
  readonly file_name: string
  readonly formatting: string
  readonly columns: Readonly<Record<string, string>>
  readonly tags: { readonly role_tag: string; readonly content_tag: string }
}
const rowsOf = (file: string): readonly ExportedRow[] =>
  readFileSync(join(folder, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const placeholders = (text: unknown): number => String(text).split('<image>').length - 1

describe('a data set for another engine', () => {
  beforeAll(() => {
    for (const stage of ['driving', 'cot', 'rl'])
      writeFileSync(join(folder, `${stage}.jsonl`), `${JSON.stringify(record)}\n`)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('has for ms-swift a placeholder for each image and no more, and the truth as text', async () => {
    expect(await exportDataset(folder, 'ms-swift')).toEqual([
      'ms-swift.driving.jsonl',
      'ms-swift.cot.jsonl',
      'ms-swift.rl.jsonl',
    ])
    const [row] = rowsOf('ms-swift.rl.jsonl')
    const { messages } = row!
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant'])
    expect(messages[1]!.content).toBe('<image><image>1: <img> 2: <img>. These two images are /no_think')
    expect(row!.images).toEqual(record.images)
    expect(JSON.parse(String(row!.truth))).toEqual(record.truth)
  })

  it('is described to LLaMA-Factory, which trains without rewards', async () => {
    await exportDataset(folder, 'llama-factory')
    const info = JSON.parse(readFileSync(join(folder, 'dataset_info.json'), 'utf8'))
    expect(Object.keys(info)).toEqual(['outrider_driving', 'outrider_cot'])
    for (const { file_name, formatting, columns, tags } of Object.values<DatasetInfo>(info)) {
      expect(formatting).toBe('sharegpt')
      const [row] = rowsOf(file_name)
      expect(Object.keys(row!)).toEqual(Object.values(columns))
      expect(Object.keys(row!.messages[0]!)).toEqual([tags.role_tag, tags.content_tag])
    }
  })

  it('has for EasyR1 a problem with a placeholder for each image, and what rewards compare with as the answer', async () => {
    expect(await exportDataset(folder, 'easyr1')).toEqual(['easyr1.rl.jsonl'])
    const [row] = rowsOf('easyr1.rl.jsonl')
    expect(placeholders(row!.problem)).toBe(record.images.length)
    expect(JSON.parse(String(row!.answer))).toEqual(record.truth)
    expect(row!.images).toEqual(record.images)
  })
})
