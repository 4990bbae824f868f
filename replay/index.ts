// The face of replay: a tape as a car, a tape through step again, foreign drives as tapes.

export { type PlayOptions, type PlayPorts, type PlaySummary, play } from './play.ts'
