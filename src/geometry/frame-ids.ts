import type { View } from '#messages'

/** `frame_id` of a local, level frame that does not move. */
export const MAP_FRAME = 'map'

/** `frame_id` of the car: x forward, y left, z up, origin on the ground under the rear axle. */
export const EGO_FRAME = 'ego'

/** `frame_id` of a camera: optical, x right, y down, z forward. */
export const cameraFrame = (view: View): string => `camera/${view}`
