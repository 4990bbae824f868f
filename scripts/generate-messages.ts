// Foxglove's schemas and our own .proto files -> TypeScript and one descriptor set. Run by `npm run generate`; a test runs
// it into another folder (the argument) and compares.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

// The package has no ESM build of its generator.
const { foxgloveMessageSchemas, foxgloveEnumSchemas, generateProto } = createRequire(import.meta.url)(
  '@foxglove/schemas/internal',
)

/** The Foxglove schemas a tape holds; what they import comes along. */
const wanted = [
  'CameraCalibration',
  'CompressedImage',
  'CompressedVideo',
  'FrameTransforms',
  'ImageAnnotations',
  'LocationFix',
  'Log',
  'PosesInFrame',
  'RawImage',
  'SceneUpdate',
]

const closure = new Set<string>()
const visit = (name: string): void => {
  // Protobuf has its own two; Foxglove's stand-ins are for other encodings.
  if (closure.has(name) || name === 'Timestamp' || name === 'Duration') return
  closure.add(name)
  for (const field of foxgloveMessageSchemas[name].fields) {
    if (field.type.type === 'nested') visit(field.type.schema.name)
  }
}
for (const name of wanted) visit(name)

const target = process.argv[2] ?? '.'
const proto = join(target, 'src/messages/proto')
if (target !== '.') {
  for (const room of ['src/messages', 'src/compiler'])
    cpSync(`${room}/proto`, join(target, room, 'proto'), { recursive: true })
}
rmSync(join(proto, 'foxglove'), { recursive: true, force: true })
mkdirSync(join(proto, 'foxglove'), { recursive: true })
for (const name of [...closure].sort()) {
  const enums = Object.values(foxgloveEnumSchemas as Record<string, { parentSchemaName: string }>).filter(
    (e) => e.parentSchemaName === name,
  )
  writeFileSync(join(proto, 'foxglove', `${name}.proto`), generateProto(foxgloveMessageSchemas[name], enums))
}

const buf = (...args: string[]): void => {
  execFileSync('npx', ['--no-install', 'buf', ...args], { stdio: 'inherit' })
}
/** Beside what is in use until it is whole: whoever imports meanwhile finds the old code, not half of the new. */
const replace = (folder: string, make: (fresh: string) => void): void => {
  const fresh = `${folder}-fresh`
  rmSync(fresh, { recursive: true, force: true })
  make(fresh)
  rmSync(folder, { recursive: true, force: true })
  renameSync(fresh, folder)
}
for (const room of ['src/messages', 'src/compiler'].map((name) => join(target, name))) {
  replace(`${room}/generated`, (out) => {
    const opt = ['target=ts', 'import_extension=ts', 'erasable_syntax=true']
    const template = JSON.stringify({ version: 'v2', plugins: [{ local: 'protoc-gen-es', out, opt }] })
    buf('generate', `${room}/proto`, '--template', template)
    if (room.endsWith('messages')) {
      buf('build', proto, '-o', join(out, 'descriptors.binpb'), '--exclude-source-info', '--as-file-descriptor-set')
    }
  })
}
