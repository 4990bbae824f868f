import { z } from 'zod'
import { type BrownConrady, brownConrady } from './brown-conrady.ts'
import type { CameraModel } from './camera-model.ts'
import { type Pinhole, pinhole } from './pinhole.ts'

/** Intrinsics of one camera; `kind` says which model reads them. */
export type Intrinsics = Pinhole | BrownConrady

export const intrinsicsSchema = z.discriminatedUnion('kind', [pinhole.schema, brownConrady.schema])

/** The model that reads these intrinsics. */
export const modelOf = (intrinsics: Intrinsics): CameraModel<Intrinsics> =>
  // Each model takes its own kind only, and the kind chose it.
  (intrinsics.kind === 'pinhole' ? pinhole : brownConrady) as CameraModel<Intrinsics>
