import { z } from 'zod'
import { type BrownConrady, brownConrady } from './brown-conrady.ts'
import type { CameraModel } from './camera-model.ts'
import { type FisheyeKb4, fisheyeKb4 } from './fisheye-kb4.ts'
import { type Pinhole, pinhole } from './pinhole.ts'

/** Intrinsics of one camera; `kind` says which model reads them. */
export type Intrinsics = Pinhole | BrownConrady | FisheyeKb4

export const intrinsicsSchema = z.discriminatedUnion('kind', [pinhole.schema, brownConrady.schema, fisheyeKb4.schema])

const MODELS = { pinhole, 'brown-conrady': brownConrady, 'fisheye-kb4': fisheyeKb4 } as const

/** The model that reads these intrinsics. */
export const modelOf = (intrinsics: Intrinsics): CameraModel<Intrinsics> =>
  // Each model takes its own kind only, and the kind chose it.
  MODELS[intrinsics.kind] as CameraModel<Intrinsics>
