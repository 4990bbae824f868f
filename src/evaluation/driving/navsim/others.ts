import { interpolatePlanar, type PlanarBox, type PlanarPose } from '#geometry'

/** Another road user, and where it really went. */
export interface Other {
  readonly id: string
  readonly vehicle: boolean
  readonly lengthM: number
  readonly widthM: number
  /** Of its middle at 0, 0.5, … s, in the map frame; ends where it left the world. */
  readonly path: readonly PlanarPose[]
}

const PERIOD_S = 0.5

/** Its box at an instant; past its path's end it stands there (NAVSIM's log goes on), undefined when it left the world before. */
export const otherAt = ({ path, lengthM, widthM }: Other, timeS: number): PlanarBox | undefined => {
  const place = Math.min(timeS / PERIOD_S, 8)
  const index = Math.min(Math.floor(place + 1e-9), path.length - 1)
  const from = path[index]
  if (!from || place > path.length - 1 + 1e-9) return undefined
  const to = path[index + 1] ?? from
  return { pose: interpolatePlanar(from, to, Math.max(place - index, 0)), lengthM, widthM }
}

/** Slower than this a track stands (nuPlan: 5e-2 m/s). */
const STANDING_MPS = 0.05

export const isStanding = ({ path }: Other, timeS: number): boolean => {
  const index = Math.min(Math.floor(timeS / PERIOD_S + 1e-9), Math.max(path.length - 2, 0))
  const [from, to] = [path[index], path[index + 1]]
  if (!from || !to) return false
  return Math.hypot(to.xM - from.xM, to.yM - from.yM) / PERIOD_S < STANDING_MPS
}
