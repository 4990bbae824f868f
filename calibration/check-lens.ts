import { borderPixels } from './frustum.ts'
import { modelOf } from './models/index.ts'
import { type Complaint, inDegrees, inWords } from './rig-finding.ts'
import type { RigCamera } from './rig-schema.ts'

/** A narrower field of view is a telescope's; degrees. */
const NARROWEST_DEG = 10
export const checkLens = (camera: RigCamera): Complaint[] => {
  const { model, width, height } = camera
  const { direction, widestDeg } = modelOf(model)
  const findings: Complaint[] = []
  if (model.cx < 0 || model.cx > width || model.cy < 0 || model.cy > height) {
    findings.push({
      code: 'RIG_PRINCIPAL_POINT',
      expected: `cx, cy inside the image of ${width}x${height} px`,
      found: `${inWords(model.cx)}, ${inWords(model.cy)}: are the intrinsics of another image size?`,
    })
  }
  const blind = borderPixels(camera).filter((pixel) => !direction(model, pixel)).length
  if (blind > 0) {
    findings.push({
      code: 'RIG_DISTORTION_FOLDS',
      expected: 'one direction for each pixel of the image',
      found: `none for ${blind} of ${borderPixels(camera).length} pixels along its border: the distortion folds back inside the image`,
    })
  }
  const across = [
    ['horizontal', { x: 0, y: model.cy }, { x: width, y: model.cy }],
    ['vertical', { x: model.cx, y: 0 }, { x: model.cx, y: height }],
  ] as const
  for (const [name, from, to] of across) {
    const a = direction(model, from)
    const b = direction(model, to)
    if (!a || !b) continue
    const fieldDeg = inDegrees(
      name === 'horizontal' ? Math.atan2(b.x, b.z) - Math.atan2(a.x, a.z) : Math.atan2(b.y, b.z) - Math.atan2(a.y, a.z),
    )
    if (fieldDeg < NARROWEST_DEG || fieldDeg > widestDeg) {
      findings.push({
        code: 'RIG_FIELD_OF_VIEW',
        expected: `a ${name} field of view of ${NARROWEST_DEG} to ${widestDeg} degrees`,
        found: `${inWords(fieldDeg)} degrees: is the focal length in pixels of this image size?`,
      })
    }
  }
  return findings
}
