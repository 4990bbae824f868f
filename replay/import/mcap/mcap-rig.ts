import { type Rig, rigSchema } from '#calibration'
import { OutriderError } from '#errors'
import { composeTransforms, type Transform } from '#geometry'
import type { ForeignInfo } from './foreign-message.ts'
import type { ImportMap, MappedCamera } from './import-map.ts'
import type { TransformTree } from './transform-tree.ts'

export const MCAP_RIG_COMMENT = `Cameras: lenses by the tape's CameraInfo or CameraCalibration, places by its transforms, where the map of topics did not say them.
Vehicle: by the map of topics; Outrider's defaults where it is silent.`

/** What the tape says of one mapped camera. */
export interface SeenCamera {
  readonly mapped: MappedCamera
  readonly info: ForeignInfo | undefined
  /** Of its first image. */
  readonly imageFrame: string
  /** Of its first image, where that says it; px. */
  readonly imageSize: { readonly width: number; readonly height: number } | undefined
}

/** The rig by map and tape. Throws OutriderError IMPORT_LENS_UNKNOWN, IMPORT_FRAME_UNKNOWN, IMPORT_RIG_INCOMPLETE. */
export const mcapRig = (map: ImportMap, cameras: readonly SeenCamera[], tree: TransformTree): Rig => {
  const parsed = rigSchema.safeParse({
    name: map.name,
    cameras: cameras.map((camera) => {
      const { view, timeOffsetMs, readoutMs } = camera.mapped
      return {
        view,
        ...sizeOf(camera),
        model: camera.mapped.model ?? lensOf(camera),
        egoFromCamera: placeOf(map, camera, tree),
        timeOffsetMs,
        readoutMs,
      }
    }),
    vehicle: map.vehicle,
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new OutriderError({
    code: 'IMPORT_RIG_INCOMPLETE',
    expected: 'size, lens and place of every camera',
    found: `${issue?.path.join('.')}: ${issue?.message}`,
    next: 'say in the map what the tape does not: width, height, model, egoFromCamera',
  })
}

const sizeOf = ({ mapped, info, imageSize }: SeenCamera) => {
  const from = info && info.width > 0 && info.height > 0 ? info : imageSize
  return { width: mapped.width ?? from?.width, height: mapped.height ?? from?.height }
}

const lensOf = ({ mapped, info }: SeenCamera) => {
  const refuse = (expected: string, found: string): OutriderError =>
    new OutriderError({
      code: 'IMPORT_LENS_UNKNOWN',
      expected: `the lens of ${mapped.view}: ${expected}`,
      found,
      next: 'say its model in the map',
    })
  if (!info) throw refuse('an info topic, or a model in the map', 'neither')
  if (info.cut) throw refuse('images of the whole sensor', 'binning or a region of interest')
  const [matrix, fy, cy] = mapped.rectified ? [info.P, 5, 6] : [info.K, 4, 5]
  const ideal = { fx: matrix[0], fy: matrix[fy], cx: matrix[2], cy: matrix[cy] }
  if (!(ideal.fx! > 0) || !(ideal.fy! > 0)) throw refuse(`a calibrated camera (${mapped.info})`, 'a focal length of 0')
  const { D, distortionModel } = info
  if (mapped.rectified || D.every((coefficient) => coefficient === 0)) return { kind: 'pinhole', ...ideal }
  const [k1 = 0, k2 = 0, third = 0, fourth = 0, k3 = 0, ...higher] = D
  if (distortionModel === 'equidistant' || distortionModel === 'kannala_brandt') {
    return { kind: 'fisheye-kb4', ...ideal, k1, k2, k3: third, k4: fourth }
  }
  const isPolynomial = distortionModel === 'plumb_bob' || distortionModel === 'rational_polynomial'
  if (isPolynomial && higher.every((coefficient) => coefficient === 0)) {
    return { kind: 'brown-conrady', ...ideal, k1, k2, p1: third, p2: fourth, k3 }
  }
  throw refuse(
    'plumb_bob, equidistant, kannala_brandt, or rational_polynomial with k4 to k6 of 0',
    `${distortionModel}, ${D}`,
  )
}

const placeOf = (map: ImportMap, { mapped, info, imageFrame }: SeenCamera, tree: TransformTree): Transform => {
  if (mapped.egoFromCamera) return mapped.egoFromCamera
  const frame = mapped.frame ?? (info?.frameId || imageFrame)
  return composeTransforms(map.egoFromBase, expectBetween(tree, map.frames.ego, frame, `where ${mapped.view} sits`))
}

/** Throws OutriderError IMPORT_FRAME_UNKNOWN, which says what it would have been for. */
export const expectBetween = (tree: TransformTree, target: string, source: string, use: string): Transform => {
  const found = tree.between(target, source)
  if (found) return found
  throw new OutriderError({
    code: 'IMPORT_FRAME_UNKNOWN',
    expected: `transforms from ${source || 'a frame without a name'} to ${target}: ${use}`,
    found: tree.frames.length === 0 ? 'no transforms' : `a tree of ${tree.frames.join(', ')}`,
    next: 'name the topics of transforms and the frames in the map',
  })
}
