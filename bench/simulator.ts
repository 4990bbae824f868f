// How many pictures a second does the simulator make: six views of 448x252 at every image, with all ground truth and without,
// against the JPEG encoding of the same pictures alone, which nothing that makes JPEGs can beat? One thread; clear day.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseRig } from '#calibration'
import { createSheet } from '#image'
import { createSimulation, worldOf } from '#simulator'
import { reportBench } from './report.ts'

const rig = parseRig(readFileSync(fileURLToPath(new URL('../examples/town/town.rig.yaml', import.meta.url)), 'utf8'))
const FAMILIES = ['straight', 'intersection', 'multi-lane', 'village']
/** Of each family; the first is not counted: code is compiled then. */
const SECONDS = 3
const QUALITY = 60

/** View rate of drives through all families; Hz. */
const viewsPerSecond = (groundTruth: 'agents' | 'all'): { readonly hz: number; readonly views: number } => {
  let views = 0
  let spentMs = 0
  for (const family of FAMILIES) {
    const world = worldOf({ family, seed: 2, weather: 'clear' })
    const simulation = createSimulation({ world, rig, groundTruth, jpegQuality: QUALITY })
    simulation.advance()
    const beganMs = performance.now()
    while (simulation.moment.timeS < SECONDS) {
      views += simulation.advance().filter(({ topic }) => topic.startsWith('/sensors/camera/')).length
    }
    spentMs += performance.now() - beganMs
  }
  return { hz: (1000 * views) / spentMs, views }
}

/** JPEGs of a sheet with as much on it as a street has, nothing drawn between; Hz. */
const encodingsPerSecond = (): number => {
  const sheet = createSheet(448, 252)
  for (let index = 0; index < 300; index += 1) {
    const x = (index * 61) % 448
    const y = (index * 37) % 252
    const size = 6 + ((index * 13) % 40)
    const colour = [(index * 29) % 256, (index * 53) % 256, (index * 71) % 256] as const
    sheet.fillPolygon(
      [
        { x, y },
        { x: x + size, y },
        { x, y: y + size },
      ],
      colour,
    )
  }
  const count = 400
  const beganMs = performance.now()
  for (let index = 0; index < count; index += 1) sheet.toJpeg(QUALITY)
  return (1000 * count) / (performance.now() - beganMs)
}

viewsPerSecond('agents')
const plain = viewsPerSecond('agents')
const all = viewsPerSecond('all')
const encodeHz = encodingsPerSecond()
const VIEWS = rig.cameras.length

reportBench({
  name: 'simulator',
  n: plain.views,
  figures: {
    sixViewsPerSecond: plain.hz / VIEWS,
    sixViewsWithTruthPerSecond: all.hz / VIEWS,
    viewsPerSecond: plain.hz,
    jpegEncodingsPerSecond: encodeHz,
  },
  ratios: { timeOverEncodingAlone: encodeHz / plain.hz, truthOverNone: plain.hz / all.hz },
})
