/**
 * How the model is asked. `model`: as in a drive. `free`: without the grammar. `blank`: grey images, as of dead cameras. `swapped`:
 * the images of another drive's scene.
 */
export const VARIANTS = ['model', 'free', 'blank', 'swapped'] as const

export type Variant = (typeof VARIANTS)[number]

/** Which of the questions a variant is for: images are taken away to see what the plan loses. */
export const asksOnlyPlan = (variant: Variant): boolean => variant === 'blank' || variant === 'swapped'
