/** One step of time, the period of the ego state: 20 Hz. */
export const STEP_NS = 50_000_000n
export const STEP_S = Number(STEP_NS) / 1e9

/** When every world begins. Any instant will do; this one is 14 November 2023, 22:13:20 UTC, a round number of seconds. */
export const BEGIN_NS = 1_700_000_000_000_000_000n
