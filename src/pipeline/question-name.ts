/** What may be asked about a frame set, in the order in which it is asked. */
export const QUESTIONS = ['plan', 'perception', 'prediction'] as const

export type QuestionName = (typeof QUESTIONS)[number]
