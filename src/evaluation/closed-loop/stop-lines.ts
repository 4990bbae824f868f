import type { Vehicle } from '#calibration'
import { normaliseAngle, type PlanarPoint, type PlanarPose, planarPointInTarget, relativePlanar } from '#geometry'
import { type Moment, poseOnRoad, type RoadMap } from '#simulator'
import type { LineRun } from './score.ts'

interface Line {
  readonly rule: 'light' | 'stop'
  readonly id: string
  readonly pose: PlanarPose
  readonly widthM: number
}

/** Who came to this speed within this far of a stop sign's line has stopped, as the world's own driver sees it; m/s, m. */
const STOPPED_MPS = 0.3
const STOPPED_M = 3
/** Whose front crosses at a larger angle drives another lane; rad. */
const ALONG_RAD = Math.PI / 4

export interface LineWatch {
  look(moment: Moment, timeS: number): void
  readonly redLightsRun: readonly LineRun[]
  readonly stopSignsRun: readonly LineRun[]
}

/** Notes the lines that the ego's front goes over: at red, or at a stop sign without having stood. Amber is no red. */
export const watchLines = ({ lanes }: RoadMap, { lengthM, rearOverhangM }: Vehicle): LineWatch => {
  const lines = lanes.flatMap(({ path, widthM, stops }) =>
    stops.flatMap(({ rule, id, stationM }): readonly Line[] =>
      rule === 'light' || rule === 'stop' ? [{ rule, id, pose: poseOnRoad(path, stationM, 0), widthM }] : [],
    ),
  )
  const redLightsRun: LineRun[] = []
  const stopSignsRun: LineRun[] = []
  const stoodAt = new Set<string>()
  let before: PlanarPoint | undefined

  return {
    redLightsRun,
    stopSignsRun,
    look({ ego, lights }, timeS) {
      const front = planarPointInTarget(ego.pose, { xM: lengthM - rearOverhangM, yM: 0 })
      for (const { rule, id, pose, widthM } of lines) {
        const after = relativePlanar(pose, { ...front, headingRad: 0 })
        if (Math.abs(after.yM) > widthM / 2 || after.xM < -STOPPED_M || after.xM > STOPPED_M) continue
        if (ego.speedMps < STOPPED_MPS && after.xM < 0) stoodAt.add(id)
        const along = Math.abs(normaliseAngle(ego.pose.headingRad - pose.headingRad)) < ALONG_RAD
        const crosses = before && relativePlanar(pose, { ...before, headingRad: 0 }).xM < 0 && after.xM >= 0
        if (!crosses || !along) continue
        const light = lights.get(id)
        if (rule === 'light' && (light === 'red' || light === 'red-amber')) redLightsRun.push({ timeS, id })
        if (rule === 'stop' && !stoodAt.has(id)) stopSignsRun.push({ timeS, id })
        stoodAt.delete(id)
      }
      before = front
    },
  }
}
