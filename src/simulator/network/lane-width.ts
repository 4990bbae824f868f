/** German guidelines for town streets (RASt 06): 3.25 to 3.5 m a lane; m. */
export const LANE_WIDTH_M = 3.4

/** From the end of a lane at a junction back to its stop line, and to the middle of the crossing between; m. */
export const STOP_BEFORE_END_M = 5.5
export const CROSSING_BEFORE_END_M = 2.4
export const CROSSING_WIDTH_M = 3

export const MPS_PER_KMH = 1 / 3.6
