import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { codedError, editJson, setJson, tinyCheckpoint } from './testing/checkpoints.ts'
import { readTokenizerFiles } from './tokenizer-files.ts'

const template = async (folder: string) => (await readTokenizerFiles(folder)).get('chat_template.jinja')

it.each([
  ['chat_template.jinja', async (folder: string) => writeFile(join(folder, 'chat_template.jinja'), 'TEMPLATE')],
  [
    'chat_template.json',
    async (folder: string) => writeFile(join(folder, 'chat_template.json'), '{"chat_template": "TEMPLATE"}'),
  ],
  [
    'tokenizer_config.json',
    async (folder: string) => setJson(folder, 'tokenizer_config.json', 'chat_template', 'TEMPLATE'),
  ],
  [
    'a list in tokenizer_config.json',
    async (folder: string) =>
      editJson(folder, 'tokenizer_config.json', (value) => {
        value.chat_template = [
          { name: 'tool_use', template: 'OTHER' },
          { name: 'default', template: 'TEMPLATE' },
        ]
      }),
  ],
])('the chat template is found in %s', async (_, put) => {
  const folder = await tinyCheckpoint()
  await rm(join(folder, 'chat_template.jinja'))
  await put(folder)
  expect(await template(folder)).toBe('TEMPLATE')
})

it('of two templates the one that the processor of transformers takes is taken', async () => {
  const folder = await tinyCheckpoint()
  await setJson(folder, 'tokenizer_config.json', 'chat_template', 'INLINE')
  expect(await template(folder)).toContain('<|vision_start|>')
  await writeFile(join(folder, 'chat_template.json'), '{"chat_template": "LEGACY"}')
  expect(await template(folder)).toBe('LEGACY')
})

it.each([
  ['tokenizer.json', 'TOKENIZER_MISSING'],
  ['tokenizer_config.json', 'TOKENIZER_MISSING'],
  ['chat_template.jinja', 'CHAT_TEMPLATE_MISSING'],
])('without %s there is a coded error that names it', async (name, code) => {
  const folder = await tinyCheckpoint()
  await rm(join(folder, name))
  const error = await codedError(readTokenizerFiles(folder))
  expect(error?.code).toBe(code)
  expect(error?.expected).toContain(name)
})

it('a tokenizer that is no JSON is refused now, and not at the first prompt', async () => {
  const folder = await tinyCheckpoint()
  await writeFile(join(folder, 'tokenizer.json'), 'not json')
  expect((await codedError(readTokenizerFiles(folder)))?.code).toBe('CHECKPOINT_BAD_JSON')
})
