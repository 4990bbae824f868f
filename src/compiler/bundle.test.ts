import { truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readBundle } from './bundle.ts'
import { compileCheckpoint } from './compile.ts'
import { codedError, setJson, temporaryFolder, tinyCheckpoint } from './testing/checkpoints.ts'

const tinyBundle = async (): Promise<string> => {
  const bundle = join(await temporaryFolder(), 'bundle')
  await compileCheckpoint(await tinyCheckpoint(), bundle)
  return bundle
}

it('what the compiler wrote is read back', async () => {
  const target = join(await temporaryFolder(), 'bundle')
  const written = await compileCheckpoint(await tinyCheckpoint(), target)
  expect(await readBundle(target)).toEqual(written)
})

it('a folder that is no bundle is refused', async () => {
  expect((await codedError(readBundle(await temporaryFolder())))?.code).toBe('BUNDLE_NOT_FOUND')
})

it.each([
  ['another format', 'format', 2],
  ['a field that this version does not know', 'text.slidingWindow', 4096],
  ['a precision that this version does not know', 'precision.keyValue', 'float4'],
  ['no token that ends an answer', 'text.eosTokenIds', []],
])('%s is refused by name', async (_, field, value) => {
  const bundle = await tinyBundle()
  await setJson(bundle, 'bundle.json', field, value)
  const error = await codedError(readBundle(bundle))
  expect(error?.code).toBe('BUNDLE_INVALID')
  expect(error?.found).toContain(field.split('.').at(-1))
})

it('a bundle.json that is no JSON is refused', async () => {
  const bundle = await tinyBundle()
  await writeFile(join(bundle, 'bundle.json'), '{')
  expect((await codedError(readBundle(bundle)))?.code).toBe('BUNDLE_INVALID')
})

it('a file that is cut short or gone is refused before the runtime maps it', async () => {
  const bundle = await tinyBundle()
  await truncate(join(bundle, 'decoder.onnx.data'), 100)
  expect(await codedError(readBundle(bundle))).toMatchObject({ code: 'BUNDLE_MISSING_FILE', found: '100 bytes' })
  await unlink(join(bundle, 'decoder.onnx.data'))
  expect(await codedError(readBundle(bundle))).toMatchObject({ code: 'BUNDLE_MISSING_FILE', found: 'no such file' })
})
