import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OUTRIDER } from '../../test/oracles.ts'
import { makeNanoBundle, type NanoBundle } from '../model/testing/nano-bundle.ts'

let nano: NanoBundle
let folder = ''

beforeAll(async () => {
  nano = await makeNanoBundle()
  folder = join(nano.bundle, '..', 'files')
  mkdirSync(folder)
  for (const name of ['a.png', 'b.png', 'c.png']) {
    const background = { r: name.charCodeAt(0), g: 90, b: 200 }
    await sharp({ create: { width: 90, height: 60, channels: 3, background } }).toFile(join(folder, name))
  }
  const image = { type: 'image', path: 'a.png' }
  const video = { type: 'video', paths: ['a.png', 'b.png', 'c.png'], fps: 2 }
  write('messages.json', {
    name: 'a case',
    messages: [
      { role: 'system', content: 'You drive.' },
      { role: 'user', content: [image, video, { type: 'text', text: 'Go?' }] },
    ],
  })
  write('schema.json', {
    type: 'object',
    properties: { go: { type: 'boolean' }, speed: { type: 'number', multipleOf: 0.1, minimum: 0, maximum: 9.9 } },
    required: ['go', 'speed'],
  })
})
afterAll(() => nano.remove())

const write = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value))

const ask = async (...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> => {
  const run = promisify(execFile)(process.execPath, [...OUTRIDER, 'ask', ...args])
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )
}

test('a file of messages is answered as one JSON object, and nothing else is printed', async () => {
  const messages = join(folder, 'messages.json')
  const flags = ['--bundle', nano.bundle, '--messages', messages, '--max-new-tokens', '7', '--ignore-eos', '--json']
  const { code, stdout } = await ask(...flags)
  expect(code).toBe(0)
  const answer = JSON.parse(stdout)
  expect(answer.tokenIds).toHaveLength(7)
  expect(answer.promptTokenIds.length).toBeGreaterThan(20)
  expect(answer).toMatchObject({ text: expect.any(String), finish: 'length', engine: 'onnxruntime' })
})

test('a question after images is answered under a schema, streamed as text', async () => {
  const images = ['a.png', 'b.png'].flatMap((name) => ['--image', join(folder, name)])
  const { code, stdout } = await ask(
    '--bundle',
    nano.bundle,
    ...images,
    '--schema',
    join(folder, 'schema.json'),
    '--temperature',
    '1',
    '--seed',
    '4',
    'Go?',
  )
  expect(code).toBe(0)
  expect(stdout).toMatch(/^\{"go":(true|false),"speed":\d\.\d\}\n$/)
})

test.each<[string, readonly string[], string]>([
  ['no question', [], 'ASK_WHAT'],
  ['messages and a question', ['--messages', 'x.json', 'Go?'], 'ASK_WHAT'],
  ['a file that is not there', ['--messages', 'none.json'], 'ASK_FILE'],
  ['an image that is not there', ['--image', 'none.jpg', 'Go?'], 'ASK_FILE'],
  ['a part of an unknown type', ['--messages', 'bad.json'], 'ASK_FILE'],
  ['a schema that is no JSON', ['--schema', 'a.png', 'Go?'], 'ASK_FILE'],
])('%s is an error with a code', async (_name, args, expected) => {
  write('bad.json', { messages: [{ role: 'user', content: [{ type: 'sound', path: 'a.wav' }] }] })
  const inFolder = args.map((arg) => (/\.(json|jpg|png)$/.test(arg) ? join(folder, arg) : arg))
  const { code, stdout } = await ask('--bundle', nano.bundle, '--json', ...inFolder)
  expect(code).toBe(2)
  expect(JSON.parse(stdout).error.code).toBe(expected)
})

test('a number out of its range is wrong use', async () => {
  const { code, stderr } = await ask('--bundle', nano.bundle, '--top-p', '0', 'Go?')
  expect(code).toBe(2)
  expect(stderr).toContain('--top-p')
})

test('a small checkpoint will do in place of a bundle, and is compiled once', async () => {
  const flags = ['--max-new-tokens', '5', '--ignore-eos', '--json', 'Go?']
  const [bundled, first, second] = await Promise.all([
    ask('--bundle', nano.bundle, ...flags),
    ask('--bundle', nano.checkpoint, ...flags),
    ask('--bundle', nano.checkpoint, ...flags),
  ])
  const third = await ask('--bundle', nano.checkpoint, ...flags)
  for (const { stdout } of [first, second, third]) {
    expect(JSON.parse(stdout).tokenIds).toEqual(JSON.parse(bundled.stdout).tokenIds)
  }
  expect(third.stderr).toBe('')
})
