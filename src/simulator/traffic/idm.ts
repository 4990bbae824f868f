/** What is in a driver's way: its rear, ahead along the lane, and how fast it goes. */
export interface Obstacle {
  readonly gapM: number
  readonly speedMps: number
}

/**
 * Intelligent driver model (Treiber, Hennecke, Helbing 2000) in the form that keeps the desired headway (IDM+, Schakel et al.
 * 2010), with values for town traffic; room to the next car m, headway s, accelerations m/s^2.
 */
export const DRIVER = {
  roomM: 2.5,
  headwayS: 1,
  accelerationMps2: 1.8,
  brakingMps2: 2.2,
  hardestBrakingMps2: 6,
} as const

/** What a driver who wants `desiredMps` does about the nearest obstacle; m/s^2. */
export const driverAcceleration = (speedMps: number, desiredMps: number, obstacle: Obstacle | undefined): number => {
  const { roomM, headwayS, accelerationMps2, brakingMps2, hardestBrakingMps2 } = DRIVER
  const free = desiredMps > 0 ? 1 - (speedMps / desiredMps) ** 4 : -1
  let interaction = 0
  if (obstacle) {
    const closing = (speedMps * (speedMps - obstacle.speedMps)) / (2 * Math.sqrt(accelerationMps2 * brakingMps2))
    const wantedM = roomM + Math.max(0, speedMps * headwayS + closing)
    interaction = (wantedM / Math.max(obstacle.gapM, 0.1)) ** 2
  }
  return Math.max(accelerationMps2 * Math.min(free, 1 - interaction), -hardestBrakingMps2)
}

/** One step of time for a speed that never turns negative: what it is after, and how far that went. */
export const stepSpeed = (speedMps: number, accelerationMps2: number, stepS: number) => {
  const after = Math.max(speedMps + accelerationMps2 * stepS, 0)
  return { speedMps: after, accelerationMps2: (after - speedMps) / stepS, distanceM: ((speedMps + after) / 2) * stepS }
}
