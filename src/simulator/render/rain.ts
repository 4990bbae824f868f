import { createRandom } from '../random.ts'
import type { View } from './view.ts'

/** How much a streak covers; more would hide the road. */
const OPACITY = 0.22

/** Streaks over the whole picture, other ones at every instant and in every view. */
export const drawRain = ({ sheet, camera, atmosphere }: View, seed: number, timeS: number): void => {
  const { streaks, haze } = atmosphere
  if (streaks === 0) return
  const viewNumber = [...camera.view].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7)
  const random = createRandom(seed * 7919 + Math.round(timeS * 20) * 104_729 + viewNumber)
  const { width, height } = sheet
  const colour = [
    Math.min(haze[0] + 60, 255),
    Math.min(haze[1] + 60, 255),
    Math.min(haze[2] + 60, 255),
    OPACITY,
  ] as const
  for (let streak = 0; streak < streaks; streak += 1) {
    const x = random() * width
    const y = random() * height
    const long = height * (0.03 + 0.06 * random())
    const lean = long * 0.14
    sheet.fillPolygon(
      [
        { x, y },
        { x: x + 1.1, y },
        { x: x + 1.1 - lean, y: y + long },
        { x: x - lean, y: y + long },
      ],
      colour,
    )
  }
}
