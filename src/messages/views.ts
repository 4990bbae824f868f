/** The views a rig may have, in the order that MiMo-Embodied was trained on. */
export const VIEWS = ['front', 'front_left', 'front_right', 'back', 'back_left', 'back_right'] as const

export type View = (typeof VIEWS)[number]
