import type { RoadPiece } from '../road.ts'

export const straight = (lengthM: number): RoadPiece => ({ lengthM, curvatureFromPerM: 0, curvatureToPerM: 0 })

/** A bend of so much, left positive, that begins and ends straight: a third of its length is clothoids. */
export const bend = (radiusM: number, angleRad: number): readonly RoadPiece[] => {
  const curvature = Math.sign(angleRad) / radiusM
  // A clothoid turns half as much as an arc of its length.
  const arcM = (Math.abs(angleRad) * radiusM) / 1.25
  const easeM = Math.max(Math.round(arcM * 0.25), 4)
  return [
    { lengthM: easeM, curvatureFromPerM: 0, curvatureToPerM: curvature },
    {
      lengthM: Math.max(Math.round(Math.abs(angleRad) * radiusM - easeM), 2),
      curvatureFromPerM: curvature,
      curvatureToPerM: curvature,
    },
    { lengthM: easeM, curvatureFromPerM: curvature, curvatureToPerM: 0 },
  ]
}
