// MiMo-Embodied's evaluation reads the same: the last box, one level of braces inside it.
const BOXED = /\\boxed\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}/g

/** What stands in the last `\boxed{…}` of a text; undefined without one. */
export const lastBoxed = (text: string): string | undefined => [...text.matchAll(BOXED)].at(-1)?.[1]
