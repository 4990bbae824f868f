import type { Box2, PlanarPoint } from '#geometry'

interface HalfPlane {
  /** Positive inside; m. */
  readonly depthM: (point: PlanarPoint) => number
}

const sidesOf = ({ minX, minY, maxX, maxY }: Box2): readonly HalfPlane[] => [
  { depthM: ({ xM }) => xM - minX },
  { depthM: ({ xM }) => maxX - xM },
  { depthM: ({ yM }) => yM - minY },
  { depthM: ({ yM }) => maxY - yM },
]

/** What of a ring lies in a window (Sutherland and Hodgman); of a bent one pieces may hang together by edges without area. */
export const clipRing = (ring: readonly PlanarPoint[], window: Box2): readonly PlanarPoint[] =>
  sidesOf(window).reduce<readonly PlanarPoint[]>(
    (points, { depthM }) =>
      points.flatMap((point, index) => {
        const next = points[(index + 1) % points.length]!
        const [here, there] = [depthM(point), depthM(next)]
        const kept = here >= 0 ? [point] : []
        if (here >= 0 === there >= 0) return kept
        const share = here / (here - there)
        const cut = { xM: point.xM + (next.xM - point.xM) * share, yM: point.yM + (next.yM - point.yM) * share }
        return [...kept, cut]
      }),
    ring,
  )
