import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { probeImage } from '#image'
import { OUTRIDER, ROOT, sharedOrSkip } from '../../test/oracles.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calibration-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const outrider = (...args: string[]): Promise<{ readonly code: number; readonly stdout: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...OUTRIDER, ...args], { cwd: ROOT }, (error, stdout) => {
      resolve({ code: error ? Number(error.code) : 0, stdout })
    })
  })

test('the rig of the example passes, and its coverage is drawn', async () => {
  const picture = join(folder, 'town.png')
  const rig = `${ROOT}examples/town/town.rig.yaml`
  const { code, stdout } = await outrider('calibration', 'check', rig, '--picture', picture, '--json')
  expect(JSON.parse(stdout)).toMatchObject({ findings: [], coverage: { gapsDeg: [], picture } })
  expect(code).toBe(0)
  expect(probeImage(readFileSync(picture))).toMatchObject({ format: 'png', widthPx: 900, heightPx: 900 })
})

test('a rig whose front camera looks backward is named, with exit code 1', async () => {
  const rig = join(folder, 'bad.rig.yaml')
  const text = readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8')
  writeFileSync(
    rig,
    text
      .replace('view: front\n', 'view: back\n')
      .replace(/view: back\n([\s\S]*)view: back\n/, 'view: back\n$1view: front\n'),
  )
  const { code, stdout } = await outrider('calibration', 'check', rig, '--no-picture')
  expect(stdout).toMatch(/RIG_VIEW_DIRECTION/)
  expect(code).toBe(1)
})

test("a real drive's boxes lie where its rig draws them, and not where a rig turned by a degree does", async (context) => {
  const data = sharedOrSkip(context, 'data/dgp-scene-02')
  const tape = join(folder, 'b.mcap')
  await outrider('import', 'dgp', data, '--out', tape, '--frame-interval', '0.1s')
  const rig = join(folder, 'b.rig.yaml')
  const check = () => outrider('calibration', 'check', rig, '--tape', tape, '--no-picture', '--json')
  const good = await check()
  const { residuals } = JSON.parse(good.stdout) as { residuals: readonly { boxes: number; p95Px?: number }[] }
  expect(residuals.reduce((sum, { boxes }) => sum + boxes, 0)).toBe(39)
  // The data set rounds its edges to whole pixels.
  for (const { p95Px } of residuals) expect(p95Px ?? 0).toBeLessThan(0.7)
  expect(good.code).toBe(0)

  // The principal point 30 px off is 0.8 degrees of the front camera.
  writeFileSync(rig, readFileSync(rig, 'utf8').replace('cx: 928.0218817103168', 'cx: 958.0218817103168'))
  const bad = await check()
  expect(JSON.parse(bad.stdout)).toMatchObject({
    findings: [{ code: 'RIG_BOXES_SHIFTED', where: 'cameras[0] (front)' }],
  })
  expect(bad.code).toBe(1)

  const scored = await outrider('evaluate', 'tracking', tape, '--detections', 'ground-truth-3d', '--json')
  expect(scored.code).toBe(0)
  expect(JSON.parse(scored.stdout)).toMatchObject({
    detections: 'ground-truth-3d',
    frames: 3,
    identity: { agents: 13, switches: 0, transfers: 0 },
    velocity: { relativeAbove2Mps: { count: 12, within15Percent: 1 } },
  })
})

test('a tape without truth, or a source that is none, is refused with exit code 2', async () => {
  const rig = `${ROOT}examples/town/town.rig.yaml`
  const none = join(folder, 'none.mcap')
  const missing = await outrider(
    'evaluate',
    'tracking',
    none,
    '--rig',
    rig,
    '--detections',
    'ground-truth-3d',
    '--json',
  )
  expect(missing.code).toBe(2)
  expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: expect.any(String) } })
  const unknown = await outrider('evaluate', 'tracking', none, '--detections', 'guesses')
  expect(unknown.code).toBe(2)
})
