import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'
import { describe, expect, it } from 'vitest'
import { ROOT, SOURCE_ARGS } from '../../test/oracles.ts'
import { fileDescriptorSet } from './descriptors.ts'
import { TOPICS } from './topics.ts'

const filesUnder = async (folder: string): Promise<Map<string, string>> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const pairs = await Promise.all(
    files.sort().map(async (path) => [path.slice(folder.length), await readFile(path, 'base64')] as const),
  )
  return new Map(pairs)
}

describe('generated code', () => {
  it('is what the .proto files and the Foxglove package give today', async () => {
    const out = await mkdtemp(join(tmpdir(), 'outrider-generate-'))
    try {
      const script = join(ROOT, 'scripts/generate-messages.ts')
      await promisify(execFile)(process.execPath, [...SOURCE_ARGS, script, out], { cwd: ROOT })
      for (const folder of ['src/messages/generated', 'src/messages/proto/foxglove', 'src/compiler/generated']) {
        const fresh = await filesUnder(join(out, folder))
        expect(fresh.size).toBeGreaterThan(0)
        expect(await filesUnder(join(ROOT, folder)), `${folder}: run npm run generate`).toEqual(fresh)
      }
    } finally {
      await rm(out, { recursive: true })
    }
  })
})

describe('the descriptor set of a topic', () => {
  it.each(TOPICS.filter((topic, index) => TOPICS.findIndex(({ schema }) => schema === topic.schema) === index))(
    'of $name names every dependency before it is used, and finds its own type',
    ({ schema }) => {
      const { file: files } = fromBinary(FileDescriptorSetSchema, fileDescriptorSet(schema))
      const seen = new Set<string>()
      for (const file of files) {
        for (const dependency of file.dependency) expect(seen).toContain(dependency)
        seen.add(file.name)
      }
      const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, fileDescriptorSet(schema)))
      expect(registry.getMessage(schema.typeName)?.fields.map(({ name }) => name)).toEqual(
        schema.fields.map(({ name }) => name),
      )
    },
  )
})
