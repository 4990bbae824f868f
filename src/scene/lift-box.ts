import type { RigCamera } from '#calibration'
import { applyTransform, normaliseAngle, type PlanarPoint, type Transform, yawOfQuaternion } from '#geometry'
import { agentKindOf } from './agent-kind.ts'
import { type BoxRays, boxRays } from './box-rays.ts'
import type { SceneConfig } from './config.ts'
import { addCovariances, covarianceAlong } from './covariance.ts'
import type { Detection } from './detection.ts'
import { halfDepthOf } from './half-depth.ts'
import type { Hidden, ImageBox } from './image-box.ts'
import { type KindPrior, priorOf } from './kind-prior.ts'
import { type BoxRange, rangeOfBox } from './range-of-box.ts'

/** Share of the box's height by which its lower edge may be off where others hide the agent; mostly its lower part. */
const HIDDEN_SHARE: Readonly<Record<Hidden, number>> = { not: 0, partly: 0.15, mostly: 0.4 }
/** The middle of a box is not the middle of the agent, even far away: mirrors, doors, bent boxes; m. */
const MIDDLE_SIGMA_M = 0.1
/** Cosine of the steepest angle between the ray and the line's normal: 75 degrees, a corner of a very wide lens. */
const STEEPEST = 0.25
/** Sizes are believed to differ from the usual by no more than this factor. */
const SIZE_FACTOR = 1.5

interface Across {
  /** From the middle of the box to that of the agent, positive to the left; m. */
  readonly shiftM: number
  readonly sigmaM: number
}

/** Where an agent is cut by the side of the image, the rest of it stands beyond. */
const acrossOf = ({ cut, angularWidthRad }: BoxRays, rangeM: number, depthM: number, prior: KindPrior): Across => {
  const { x: length, y: width } = prior.sizeM
  const visibleM = rangeM * angularWidthRad
  // A near box is the picture of its nearer corners: its middle leans to them by a part of this.
  const leanM = (depthM * visibleM) / (4 * Math.max(rangeM, depthM))
  if (!cut.left && !cut.right) return { shiftM: 0, sigmaM: Math.hypot(MIDDLE_SIGMA_M, leanM) }
  if (cut.left && cut.right) return { shiftM: 0, sigmaM: Math.max(length - visibleM, width) / 2 }
  const wholeM = Math.max((length + width) / 2, Math.min((visibleM + Math.hypot(length, width)) / 2, length), visibleM)
  const hiddenM = wholeM - visibleM
  return {
    shiftM: (cut.left ? hiddenM : -hiddenM) / 2,
    sigmaM: Math.hypot(MIDDLE_SIGMA_M, leanM, (length - width) / 4),
  }
}

/**
 * A box -> where its agent stands, through the calibration: by the ground under its lower edge and by its usual height,
 * each weighed by how far it can be believed. `mapFromEgo` at the exposure. Undefined when the box says too little.
 */
export const liftBox = (
  camera: RigCamera,
  mapFromEgo: Transform,
  { key, label, box, hidden = 'not' }: ImageBox,
  timeNs: bigint,
  config: SceneConfig,
): Detection | undefined => {
  const heightPx = box.maxY - box.minY
  if (!(heightPx > 0 && box.maxX > box.minX)) return undefined
  const rays = boxRays(camera, box)
  if (!rays) return undefined
  const kind = agentKindOf(label)
  const prior = priorOf(kind)
  const top = Math.hypot(config.edgeSigmaPx, config.edgeSigmaShare * heightPx)
  const bottom = Math.hypot(top, HIDDEN_SHARE[hidden] * heightPx)
  const range = rangeOfBox(rays, prior, { top, bottom }, config.maxRangeM)
  if (!range) return undefined

  const heightShown = !rays.cut.top && !rays.cut.bottom && hidden !== 'mostly'
  const widthShown = !rays.cut.left && !rays.cut.right
  const angularHeight = rays.topSlope - rays.bottomSlope
  const normalRad = normaliseAngle(rays.beyondRad - rays.bearingRad)
  const aspect = heightShown && widthShown ? rays.angularWidthRad / angularHeight : undefined
  const depth = halfDepthOf(prior, normalRad, aspect)
  // From the line that it touches to its centre, along the ray.
  const perDepth = 1 / Math.max(Math.cos(normalRad), STEEPEST)
  const across = acrossOf(rays, range.rangeM, depth.meanM, prior)
  const outM = range.rangeM + depth.meanM * perDepth
  const turn = { cos: Math.cos(rays.bearingRad), sin: Math.sin(rays.bearingRad) }
  const positionInMap = applyTransform(mapFromEgo, {
    x: rays.cameraInEgo.xM + outM * turn.cos - across.shiftM * turn.sin,
    y: rays.cameraInEgo.yM + outM * turn.sin + across.shiftM * turn.cos,
    z: rays.cut.bottom ? 0 : rays.cameraHeightM + rays.bottomSlope * range.rangeM,
  })
  const directionRad = yawOfQuaternion(mapFromEgo.rotation) + rays.bearingRad
  const outward = (lengthM: number): PlanarPoint => ({
    xM: lengthM * Math.cos(directionRad),
    yM: lengthM * Math.sin(directionRad),
  })
  const leftward = (lengthM: number): PlanarPoint => ({
    xM: -lengthM * Math.sin(directionRad),
    yM: lengthM * Math.cos(directionRad),
  })
  // Both side edges, drawn alike.
  const lateralNoiseM = (outM * rays.bearingPerPx * top) / Math.SQRT2
  return {
    keys: [key],
    timeNs,
    label,
    kind,
    positionInMap: { xM: positionInMap.x, yM: positionInMap.y },
    noise: addCovariances(covarianceAlong(outward(range.noiseM)), covarianceAlong(leftward(lateralNoiseM))),
    shared: {
      size: outward(range.bySizeM),
      ground: outward(range.byGroundM),
      depth: outward(depth.sigmaM * perDepth),
      across: leftward(across.sigmaM),
    },
    sizeM: scaledSize(prior, range, heightShown ? angularHeight : undefined),
    views: [camera.view],
  }
}

/** The usual size, scaled to the height that the box shows at its range. */
const scaledSize = ({ sizeM }: KindPrior, { rangeM }: BoxRange, angularHeight: number | undefined) => {
  const shown = angularHeight === undefined ? 1 : (angularHeight * rangeM) / sizeM.z
  const factor = Math.min(Math.max(shown, 1 / SIZE_FACTOR), SIZE_FACTOR)
  return { x: sizeM.x * factor, y: sizeM.y * factor, z: sizeM.z * factor }
}
