// What it costs to put a frame set's boxes on the ground and to follow their agents: 100 agents around the car, each seen by
// one or two of six cameras, and how that grows from 10 to 400 agents. `assignment` is munkres alone on the same number of
// agents and detections, a full square of costs, in turns with ours: the part that no tracker of this kind can do without.
import { munkres } from 'munkres'
import { parseRig, projectBox, type Rig } from '#calibration'
import { multiplyQuaternions, quaternionFromYaw, transformFromPlanar } from '#geometry'
import { VIEWS, type View } from '#messages'
import {
  type BoxesOfImage,
  initialSceneState,
  liftBoxes,
  mergeViews,
  type SceneState,
  type StampedEgoPose,
  sceneConfig,
  trackStep,
} from '#scene'
import { percentile, reportBench } from './report.ts'

/** As nuScenes annotates. */
const PERIOD_S = 0.5
const EGO_MPS = 8
/** Sets that are measured, after as many that warm up. */
const SETS = 30
const AGENTS = [10, 25, 50, 100, 200, 400]

/** The same numbers each run: Lehmer's generator with the constants of MINSTD. */
let seed = 1
const uniform = (): number => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed / 2_147_483_647
}

const HEADINGS: Readonly<Record<View, number>> = {
  front: 0,
  front_left: 60,
  front_right: -60,
  back: 180,
  back_left: 120,
  back_right: -120,
}
/** Six cameras 70 degrees wide: a tenth of the ring is seen by two. */
const rig: Rig = parseRig(
  JSON.stringify({
    cameras: VIEWS.map((view) => ({
      view,
      width: 1600,
      height: 900,
      model: { kind: 'pinhole', fx: 1140, fy: 1140, cx: 800, cy: 450 },
      egoFromCamera: {
        translation: { x: 1, y: 0, z: 1.5 },
        rotation: multiplyQuaternions(quaternionFromYaw((HEADINGS[view] * Math.PI) / 180), {
          x: -0.5,
          y: 0.5,
          z: -0.5,
          w: 0.5,
        }),
      },
    })),
  }),
)

interface FrameSet {
  readonly timeNs: bigint
  readonly images: readonly BoxesOfImage[]
  readonly egoPoses: readonly StampedEgoPose[]
}

const driveOf = (agents: number, sets: number): readonly FrameSet[] => {
  const crowd = Array.from({ length: agents }, (_, index) => {
    const angle = 2 * Math.PI * uniform()
    const awayM = 8 + 62 * Math.sqrt(uniform())
    const label = index % 3 === 0 ? 'pedestrian' : 'car'
    const size = label === 'car' ? { x: 4.6, y: 1.95, z: 1.72 } : { x: 0.7, y: 0.7, z: 1.76 }
    const speedMps = label === 'car' ? EGO_MPS + 2 * uniform() : EGO_MPS
    return { key: `${index}`, label, size, x: awayM * Math.cos(angle), y: awayM * Math.sin(angle), speedMps }
  })
  return Array.from({ length: sets }, (_, set) => {
    const timeS = set * PERIOD_S
    const timeNs = BigInt(Math.round(timeS * 1e9))
    const egoXM = EGO_MPS * timeS
    return {
      timeNs,
      egoPoses: [{ timeNs, mapFromEgo: transformFromPlanar({ xM: egoXM, yM: 0, headingRad: 0 }) }],
      images: rig.cameras.map((camera) => ({
        view: camera.view,
        captureTimeNs: timeNs,
        boxes: crowd.flatMap(({ key, label, size, x, y, speedMps }) => {
          const translation = { x: x + speedMps * timeS - egoXM, y, z: size.z / 2 }
          const box = projectBox(camera, { pose: { translation, rotation: quaternionFromYaw(0) }, sizeM: size })
          return box ? [{ key, label, box }] : []
        }),
      })),
    }
  })
}

const config = sceneConfig.parse({ maxTracks: 1000 })
const timed = <T>(times: number[], work: () => T): T => {
  const before = performance.now()
  const result = work()
  times.push(performance.now() - before)
  return result
}

interface Times {
  readonly lift: number[]
  readonly merge: number[]
  readonly track: number[]
  readonly whole: number[]
  readonly assignment: number[]
}

const measure = (agents: number): Times => {
  const times: Times = { lift: [], merge: [], track: [], whole: [], assignment: [] }
  let state: SceneState = initialSceneState
  const costs = Array.from({ length: agents }, () => Array.from({ length: agents }, uniform))
  for (const [index, { timeNs, images, egoPoses }] of driveOf(agents, 2 * SETS).entries()) {
    const spent: number[] = []
    const { detections } = timed(spent, () => liftBoxes(images, rig, egoPoses, config))
    const merged = timed(spent, () => mergeViews(detections))
    const eyes = rig.cameras.map((camera) => ({ camera, mapFromEgo: egoPoses[0]!.mapFromEgo }))
    state = timed(spent, () => trackStep(state, { timeNs, detections: merged, eyes }, config)).state
    const assignment: number[] = []
    timed(assignment, () => munkres(costs))
    if (index < SETS) continue
    const [lift, merge, track] = spent as [number, number, number]
    times.lift.push(lift)
    times.merge.push(merge)
    times.track.push(track)
    times.whole.push(lift + merge + track)
    times.assignment.push(assignment[0]!)
  }
  return times
}

const figures: Record<string, number> = {}
const ratios: Record<string, number> = {}
// The first one pays for the compiler.
measure(100)
for (const agents of AGENTS) {
  const { lift, merge, track, whole, assignment } = measure(agents)
  figures[`agents${agents}P50Ms`] = percentile(whole, 0.5)
  figures[`agents${agents}P95Ms`] = percentile(whole, 0.95)
  figures[`agents${agents}AssignmentP50Ms`] = percentile(assignment, 0.5)
  if (agents === 100) {
    figures.liftP50Ms = percentile(lift, 0.5)
    figures.mergeP50Ms = percentile(merge, 0.5)
    figures.trackP50Ms = percentile(track, 0.5)
  }
  ratios[`agents${agents}ToAssignment`] = percentile(whole, 0.5) / percentile(assignment, 0.5)
}
// 2 is in proportion, 4 is with the square.
ratios.growth100To200 = figures.agents200P50Ms! / figures.agents100P50Ms!
ratios.growth200To400 = figures.agents400P50Ms! / figures.agents200P50Ms!
// A frame set comes every 83 ms at 12 Hz and is one of many things that the main loop does.
reportBench({ name: 'tracking', n: SETS, figures, ratios, limits: { agents100P50Ms: 25, growth200To400: 4 } })
