// The face of the geometry: pure, double precision, on plain data. docs/frames.md says which frames there are.

export {
  BOX_EDGES,
  type Box2,
  type Box3,
  boundingBox,
  boxCorners,
  intersectBoxes,
  type PlanarBox,
  planarBoxCorners,
  planarBoxesOverlap,
} from './box.ts'
export { cameraFrame, EGO_FRAME, MAP_FRAME } from './frame-ids.ts'
export {
  boxInSpace,
  boxPixels,
  imageBox,
  imagePoint,
  imageSizeIn,
  pointInSpace,
  pointPixels,
} from './image-box.ts'
export {
  composePlanar,
  extrapolateConstantTurnRate,
  IDENTITY_PLANAR_POSE,
  interpolatePlanar,
  invertPlanar,
  normaliseAngle,
  type PlanarPoint,
  type PlanarPose,
  planarFromTransform,
  planarPointInTarget,
  relativePlanar,
  transformFromPlanar,
} from './planar-pose.ts'
export {
  arcLengths,
  curvatureThrough,
  type PolylineProjection,
  polylineLength,
  poseAtArcLength,
  projectOnPolyline,
} from './polyline.ts'
export {
  angleBetweenQuaternions,
  conjugateQuaternion,
  IDENTITY_QUATERNION,
  type Matrix3,
  matrixFromQuaternion,
  multiplyQuaternions,
  normaliseQuaternion,
  type Quaternion,
  quaternionFromMatrix,
  quaternionFromYaw,
  quaternionLength,
  rotateVector,
  slerp,
  yawOfQuaternion,
} from './quaternion.ts'
export {
  differentiate,
  poseAtTime,
  type TimedPose,
  type TimedRate,
  type TrajectorySegment,
  trajectoryAccelerations,
  trajectorySegments,
} from './trajectory.ts'
export {
  applyTransform,
  composeTransforms,
  IDENTITY_TRANSFORM,
  interpolateTransforms,
  invertTransform,
  poseFromTransform,
  type Transform,
  transformFromPose,
} from './transform.ts'
export {
  addVectors,
  dotProduct,
  interpolateVectors,
  scaleVector,
  subtractVectors,
  type Vector3,
  vectorLength,
  ZERO_VECTOR,
} from './vector.ts'
