import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT } from './oracles.ts'

/** Room -> what it may import of ours (`#errors` and its own files always). The floor plan of docs/decisions and ARCHITECTURE.md, executed. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/messages': [],
  'src/geometry': ['src/messages'],
  calibration: ['src/messages', 'src/geometry'],
  sensors: ['src/messages', 'calibration', 'src/image'],
  'src/image': [],
  'src/fusion': ['src/messages', 'src/geometry', 'calibration'],
  'src/compiler': [],
  'src/model': ['src/messages', 'src/image', 'src/compiler'],
  'src/tasks': ['src/messages', 'src/geometry', 'src/model/question.ts'],
  'src/scene': ['src/messages', 'src/geometry', 'calibration'],
  planners: ['src/messages', 'src/geometry'],
  'src/pipeline': [
    'src/messages',
    'src/geometry',
    'calibration',
    'src/fusion',
    'src/tasks',
    'src/scene',
    'planners',
    'src/log',
    'sensors/source.ts',
    'src/model/question.ts',
    'src/model/engine.ts',
  ],
  'src/log': ['src/messages'],
  replay: [
    'src/messages',
    'src/geometry',
    'src/log',
    'src/pipeline',
    'calibration',
    'src/model/question.ts',
    'src/model/engine.ts',
  ],
  'src/view': ['src/messages', 'src/geometry', 'calibration', 'src/image', 'src/log'],
  'src/simulator': ['src/messages', 'src/geometry', 'calibration', 'src/image'],
  'src/dataset': [
    'src/messages',
    'src/tasks',
    'src/log',
    'src/image',
    // The frame sets of training have to be those of a drive.
    'src/geometry',
    'calibration',
    'src/fusion',
    // Rooms, which are made and asked about without a tape.
    'src/simulator',
  ],
}

/** Rooms that wire the others together. */
const MAY_IMPORT_ALL = ['src/evaluation', 'src/server', 'src/cli', 'bench', 'test', 'scripts']

/** What `step` reaches, transitively, must be one of these: nothing native, nothing that knows a clock or a disk. */
const PURE_PACKAGES = [
  '@bufbuild/protobuf',
  '@noble/hashes',
  'gl-matrix',
  'zod',
  'yaml',
  'canonicalize',
  'ml-matrix',
  'munkres',
]

const rooms = [...Object.keys(MAY_IMPORT), ...MAY_IMPORT_ALL].sort((a, b) => b.length - a.length)
const faces: Record<string, { '@outrider/source': string }> = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
).imports

const sourcesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes('node_modules') && !path.includes('/generated/'))

const roomOf = (path: string): string => {
  const room = rooms.find((name) => path.startsWith(`${name}/`))
  if (!room) throw new Error(`${path} stands in no room of the floor plan`)
  return room
}

interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
}

const importsOf = (path: string): Import[] => {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const statements = text.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
  )
  return [...statements].map((match) => ({
    specifier: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }))
}

/** Repository path of an import of ours, or undefined for a package or a builtin. */
const resolveOurs = (from: string, specifier: string): string | undefined => {
  if (specifier.startsWith('.')) return relative(ROOT, resolve(ROOT, dirname(from), specifier))
  if (specifier.startsWith('#')) {
    const face = faces[specifier]
    if (!face) throw new Error(`${from}: ${specifier} is no face of package.json`)
    return face['@outrider/source'].replace('./', '')
  }
  return undefined
}

/** Rooms that are drawn but not built yet. */
const built = (room: string): boolean => existsSync(join(ROOT, room))

const files = rooms
  .filter((room) => built(room) && !MAY_IMPORT_ALL.includes(room))
  .flatMap(sourcesIn)
  .filter((path, index, all) => all.indexOf(path) === index)

const isTest = (path: string): boolean => path.endsWith('.test.ts') || path.includes('/testing/')

describe('the floor plan', () => {
  it('is read from enough files to mean something', () => {
    expect(files.length).toBeGreaterThan(60)
    expect(files.flatMap(importsOf).length).toBeGreaterThan(200)
  })

  it.each(Object.keys(MAY_IMPORT))('%s imports only the rooms it may', (room) => {
    const allowed = MAY_IMPORT[room] ?? []
    const offences: string[] = []
    for (const path of files.filter((file) => roomOf(file) === room && !isTest(file))) {
      for (const { specifier } of importsOf(path)) {
        const target = resolveOurs(path, specifier)
        if (target === undefined || target === 'src/errors.ts') continue
        const targetRoom = roomOf(target)
        if (targetRoom === room || allowed.includes(targetRoom) || allowed.includes(target)) continue
        offences.push(`${path} imports ${specifier} (${target})`)
      }
    }
    expect(offences).toEqual([])
  })

  it('is entered through the faces: no relative import crosses a room', () => {
    const offences = files
      .filter((path) => !isTest(path))
      .flatMap((path) =>
        importsOf(path)
          .filter(({ specifier }) => specifier.startsWith('.'))
          .map(({ specifier }) => ({ path, specifier, target: resolveOurs(path, specifier) ?? '' }))
          .filter(({ target, path: from }) => target !== 'src/errors.ts' && roomOf(target) !== roomOf(from))
          .map(({ path: from, specifier }) => `${from} imports ${specifier}`),
      )
    expect(offences).toEqual([])
  })

  it('keeps step pure: what it reaches is ours and pure, or a listed package', () => {
    const seen = new Set<string>()
    const offences: string[] = []
    const visit = (path: string): void => {
      if (seen.has(path)) return
      seen.add(path)
      for (const { specifier, typeOnly } of importsOf(path)) {
        const target = resolveOurs(path, specifier)
        if (target) {
          if (!typeOnly) visit(target)
        } else if (!typeOnly && !PURE_PACKAGES.some((name) => specifier === name || specifier.startsWith(`${name}/`))) {
          offences.push(`${path} imports ${specifier}`)
        }
      }
    }
    visit('src/pipeline/step.ts')
    expect(seen.size).toBeGreaterThan(40)
    expect(offences).toEqual([])
  })

  it('keeps every file short: 300 lines, generated code apart', () => {
    const long = [...files, ...MAY_IMPORT_ALL.filter(built).flatMap(sourcesIn)]
      .map((path) => ({ path, lines: readFileSync(join(ROOT, path), 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 300)
    expect(long).toEqual([])
  })
})
