import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseRig } from '#calibration'
import { verifyTape } from '#log'
import { writeSyntheticComma2k19 } from '../../replay/import/comma2k19/testing/synthetic-comma2k19.ts'
import { ros2Drive } from '../../replay/import/mcap/testing/foreign-drives.ts'
import { writeForeignTape } from '../../replay/import/mcap/testing/foreign-tapes.ts'
import { OUTRIDER } from '../../test/oracles.ts'

const folder = mkdtempSync(join(tmpdir(), 'outrider-import-'))
const at = (name: string): string => join(folder, name)
const MAP = `
name: our car
egoFromBase: { translation: { x: 1.3, y: 0, z: 0.3 }, rotation: { x: 0, y: 0, z: 0, w: 1 } }
transforms: [/tf_static]
cameras: [{ view: front, image: /front/image/compressed, info: /front/camera_info }]
ego: { odometry: /odom }
`
const outrider = (...args: string[]) =>
  promisify(execFile)(process.execPath, [...OUTRIDER, 'import', ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )

beforeAll(async () => {
  await writeForeignTape(at('foreign.mcap'), ros2Drive())
  writeFileSync(at('car.map.yaml'), MAP)
  writeSyntheticComma2k19(at('minute'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('import mcap writes a sound tape and its rig, tells its progress on standard error and its summary as JSON', async () => {
  const { code, stdout, stderr } = await outrider(
    ...['mcap', at('foreign.mcap'), '--map', at('car.map.yaml'), '--out', at('d.mcap'), '--json'],
  )
  const summary = JSON.parse(stdout)
  expect([code, summary]).toMatchObject([
    0,
    {
      drive: 'our car',
      tape: at('d.mcap'),
      rig: at('d.rig.yaml'),
      messages: { '/sensors/camera/front': 20, '/sensors/ego': 40 },
      notes: [expect.stringContaining('/gps')],
    },
  ])
  expect(stderr).toMatch(/importing: \d+ of \d+/)
  const sum = (Object.values(summary.messages) as number[]).reduce((a, b) => a + b, 0)
  expect(await verifyTape(at('d.mcap'))).toMatchObject({ damaged: [], complete: true, messages: sum })
  expect(parseRig(readFileSync(at('d.rig.yaml'), 'utf8'))).toMatchObject({
    name: 'our car',
    cameras: [{ view: 'front' }],
  })
})

test('import comma2k19 writes the ego of a minute, and says what it could not know', async () => {
  const { code, stdout } = await outrider('comma2k19', at('minute'), '--out', at('c.mcap'))
  expect(code).toBe(0)
  expect(stdout).toContain('note: the car is not known: steering is absent; say it with --car')
  expect(stdout).toMatch(/\n {2}\/sensors\/ego {2}120\n/)
  expect(await verifyTape(at('c.mcap'))).toMatchObject({ damaged: [], complete: true })
})

test.each([
  {
    name: 'a map that is not there',
    args: ['mcap', at('foreign.mcap'), '--map', at('no.yaml')],
    error: 'IMPORT_MAP_NOT_READ',
  },
  {
    name: 'a tape that is not there',
    args: ['mcap', at('no.mcap'), '--map', at('car.map.yaml')],
    error: 'IMPORT_MCAP_UNREADABLE',
  },
  {
    name: 'a car that is none of the two',
    args: ['comma2k19', at('minute'), '--car', 'tank'],
    error: 'IMPORT_CAR_UNKNOWN',
  },
])('$name is a coded error, exit code 2, and no tape is written', async ({ args, error }) => {
  const { code, stdout } = await outrider(...args, '--out', at('none.mcap'), '--json')
  expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: error } }])
  expect(existsSync(at('none.mcap'))).toBe(false)
})
