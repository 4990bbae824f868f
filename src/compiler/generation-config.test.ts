import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readGenerationConfig } from './generation-config.ts'
import { readModelConfig } from './model-config.ts'
import { codedError, editJson, setJson, tinyCheckpoint } from './testing/checkpoints.ts'

const read = async (folder: string) => readGenerationConfig(folder, await readModelConfig(folder))

it('sampling settings are read, with the defaults of transformers for the rest', async () => {
  const folder = await tinyCheckpoint()
  await editJson(folder, 'generation_config.json', () => ({ do_sample: true, repetition_penalty: 1.05 }))
  expect((await read(folder)).generation).toEqual({
    doSample: true,
    temperature: 1,
    topK: 50,
    topP: 1,
    repetitionPenalty: 1.05,
  })
})

it('the end of an answer is what generation_config.json says, else config.json', async () => {
  const folder = await tinyCheckpoint()
  expect((await read(folder)).eosTokenIds).toEqual([308, 306])
  await rm(join(folder, 'generation_config.json'))
  expect((await read(folder)).eosTokenIds).toEqual([308])
  await setJson(folder, 'config.json', 'text_config.eos_token_id', undefined)
  expect((await codedError(read(folder)))?.code).toBe('NO_END_TOKEN')
})

it('settings of the wrong kind are refused', async () => {
  const folder = await tinyCheckpoint()
  await setJson(folder, 'generation_config.json', 'temperature', 'warm')
  expect(await codedError(read(folder))).toMatchObject({
    code: 'GENERATION_INVALID',
    found: expect.stringContaining('temperature'),
  })
})
