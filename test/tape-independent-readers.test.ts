import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyTape } from '#log'
import { cameraCalibrationTopic, cameraTopic, type TapeRecord, TOPICS, VIEWS } from '#messages'
import { pythonOrSkip, ROOT } from './oracles.ts'
import { DRIVE, recordsOfEveryTopic, writeTape } from './tape-with-every-topic.ts'

const SECONDS = 3
const folder = mkdtempSync(join(tmpdir(), 'outrider-readers-'))
let records: readonly TapeRecord[] = []

const countsOf = (list: readonly TapeRecord[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { topic } of list) counts[topic] = (counts[topic] ?? 0) + 1
  return counts
}

/** A drive with all topics, and the same without images: only the second has compressed chunks. */
const TAPES = [
  { name: 'with images', path: join(folder, 'with-images.mcap'), keep: () => true },
  {
    name: 'compressed',
    path: join(folder, 'compressed.mcap'),
    keep: ({ topic }: TapeRecord) => !topic.startsWith('/sensors/camera/'),
  },
]

/** Python's tools have a home of their own, so that nothing they keep or report outlives the test. */
const runPython = (python: string, tool: string, args: readonly string[]): string =>
  execFileSync(tool === '' ? python : join(dirname(python), tool), args, {
    encoding: 'utf8',
    env: { ...process.env, HOME: folder, COLUMNS: '200' },
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  })

describe('a tape, read by programs that know nothing of Outrider', () => {
  beforeAll(async () => {
    records = await recordsOfEveryTopic(SECONDS)
    for (const { path, keep } of TAPES) await writeTape(path, records.filter(keep))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('has messages on every topic of the table', () => {
    expect(Object.keys(countsOf(records)).sort()).toEqual(TOPICS.map(({ name }) => name).sort())
  })

  it.for(TAPES)('decodes in Python, every file descriptor after those it needs: $name', ({ path, keep }, context) => {
    const python = pythonOrSkip(context)
    const read = JSON.parse(runPython(python, '', [join(ROOT, 'test/python/read_tape.py'), path]))
    expect(read.topics).toEqual(countsOf(records.filter(keep)))
    expect(read.undecoded).toEqual([])
  })

  it.for(TAPES)('has the hash chain that docs/tape.md describes, at every chunk: $name', async ({ path }, context) => {
    const python = pythonOrSkip(context)
    const read = JSON.parse(runPython(python, '', [join(ROOT, 'test/python/read_tape.py'), path]))
    const { chainSha256, messages, chunks } = await verifyTape(path)
    expect(read).toMatchObject({ chain: chainSha256, messages, chainRecords: Array(chunks).fill(true) })
    expect(chunks).toBeGreaterThan(1)
  })

  it.for(TAPES)('passes the doctor without errors or warnings: $name', ({ path }, context) => {
    const python = pythonOrSkip(context)
    // It exits with an error on an error, and says "passed" only when there is no warning either.
    const said = runPython(python, 'pymcap-cli', ['doctor', path])
    expect(said).toContain('passed MCAP doctor checks')
    expect(said).not.toMatch(/│ (error|warning) /)
  })

  it('opens in Rerun with six cameras, each image in the plane of its pinhole', (context) => {
    const python = pythonOrSkip(context)
    const rrd = join(folder, 'tape.rrd')
    runPython(python, 'rerun', ['mcap', 'convert', TAPES[0]!.path, '-o', rrd])
    const chunks = runPython(python, 'rerun', ['rrd', 'print', '-v', rrd]).split('\n')
    const rowsWith = (entity: string, component: string): number =>
      chunks
        .filter((line) => line.includes(` - ${entity} - `) && line.includes(`${entity}@${component}`))
        .reduce((rows, line) => rows + Number(/with (\d+) rows/.exec(line)?.[1]), 0)
    for (const view of VIEWS) {
      expect(rowsWith(cameraTopic(view), 'EncodedImage:blob')).toBe(SECONDS * DRIVE.framesPerS)
      expect(rowsWith(cameraTopic(view), 'CoordinateFrame:frame')).toBe(SECONDS * DRIVE.framesPerS)
      expect(rowsWith(cameraCalibrationTopic(view), 'Pinhole:image_from_camera')).toBe(1)
      expect(rowsWith(`${cameraTopic(view)}/raw`, 'Image:buffer')).toBe(1)
    }
    expect(rowsWith('/calibration/transforms', 'Transform3D:quaternion')).toBe(VIEWS.length)
    const values = runPython(python, 'rerun', ['rrd', 'print', '-vvv', rrd]).split('\n')
    const planes = values.filter((line) => line.includes('[camera/front_image_plane]'))
    // The pinhole, each JPEG and the raw image name the same plane.
    expect(planes).toHaveLength(1 + SECONDS * DRIVE.framesPerS + 1)
  })
})
