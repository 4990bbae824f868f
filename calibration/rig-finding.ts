/** What is hard to believe about a rig, in words. */
export interface RigFinding {
  /** Stable, as in RIG_SIDES_SWAPPED. */
  readonly code: string
  /** As in cameras[2] (front_left), or cameras. */
  readonly where: string
  readonly expected: string
  readonly found: string
}

/** A finding before its camera is named. */
export type Complaint = Omit<RigFinding, 'where'>

export const inDegrees = (rad: number): number => (rad * 180) / Math.PI

/** Four digits are enough to recognise a number. */
export const inWords = (value: number): string => Number(value.toPrecision(4)).toString()
