import type { FrameSet, FrameSet_EgoSample } from '#messages'
import { hundredthsText } from './fixed-point.ts'

/** What the car does not know is said so: a 0 would be a claim. */
const known = (value: number | undefined, unit = ''): string =>
  value === undefined ? 'unknown' : `${hundredthsText(value)}${unit}`

const sampleText = ({ timeS, xM, yM, headingRad, speedMps }: FrameSet_EgoSample): string =>
  `[${[hundredthsText(timeS), known(xM), known(yM), known(headingRad), known(speedMps)].join(',')}]`

/** The frame of all numbers, the ego's present motion and where it came from over the last `historyS`. */
export const egoText = ({ egoHistory }: FrameSet, historyS: number): string => {
  const now = egoHistory.find(({ timeS }) => timeS === 0)
  const past = egoHistory.filter(({ timeS }) => timeS < 0 && timeS >= -historyS)
  return [
    'Ego frame now: origin at the rear axle, x forward, y left (m), heading counter-clockwise (rad).',
    `Speed: ${known(now?.speedMps, ' m/s')}. Acceleration: ${known(now?.accelerationMps2, ' m/s^2')}. Yaw rate: ${known(now?.yawRateRadps, ' rad/s')}.`,
    `Ego history [t s,x,y,heading,speed]: ${past.length === 0 ? 'unknown' : past.map(sampleText).join('')}.`,
  ].join('\n')
}
