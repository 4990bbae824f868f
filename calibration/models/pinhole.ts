import { z } from 'zod'
import type { CameraModel } from './camera-model.ts'

const px = (what: string) => z.number().describe(`${what}; px`)

export const pinholeFields = {
  fx: px('focal length along x').positive(),
  fy: px('focal length along y').positive(),
  cx: px('principal point'),
  cy: px('principal point'),
}

const schema = z.strictObject({ kind: z.literal('pinhole'), ...pinholeFields })

export type Pinhole = z.infer<typeof schema>

/** An ideal lens, or images that were rectified. */
export const pinhole: CameraModel<Pinhole> & { readonly schema: typeof schema } = {
  kind: 'pinhole',
  schema,
  straight: true,
  widestDeg: 179,
  project({ fx, fy, cx, cy }, { x, y, z }) {
    return z > 0 ? { x: (fx * x) / z + cx, y: (fy * y) / z + cy } : undefined
  },
  direction({ fx, fy, cx, cy }, { x, y }) {
    return { x: (x - cx) / fx, y: (y - cy) / fy, z: 1 }
  },
  distortion() {
    return { model: 'plumb_bob', coefficients: [0, 0, 0, 0, 0] }
  },
}
