// The face of the rig: how its cameras see, where they sit, and whether that makes sense.

export { type BoxPair, type BoxResiduals, boxResiduals, checkResiduals } from './box-residuals.ts'
export { cameraCalibrationMessage, rigTransforms } from './calibration-messages.ts'
export { checkRig } from './check-rig.ts'
export { clipPolygonToImage, isInImage } from './clip-to-image.ts'
export { type Coverage, coverageOf } from './coverage.ts'
export { exposureTimeNs } from './exposure.ts'
export { formatRig } from './format-rig.ts'
export type { Pixel } from './models/camera-model.ts'
export type { Intrinsics } from './models/index.ts'
export { parseRig } from './parse-rig.ts'
export {
  projectBox,
  projectBoxInCamera,
  projectPath,
  projectPoint,
  projectPointInCamera,
  projectPolygon,
  projectPolygonInCamera,
} from './project.ts'
export type { RigFinding } from './rig-finding.ts'
export { type Rig, type RigCamera, rigSchema, type Vehicle } from './rig-schema.ts'
export { groundPointAtPixel, type Ray, rayThroughPixel } from './unproject.ts'
