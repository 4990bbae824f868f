import type { HousePlan } from '../buildings.ts'
import type { Tint } from '../things.ts'
import { block, type Detail, type Model } from './model.ts'

const WINDOW: Tint = [70, 86, 102]
const FRAME: Tint = [240, 238, 232]
const LIT_WINDOW: Tint = [236, 196, 118]
const DOOR: Tint = [98, 62, 44]
const PLINTH: Tint = [120, 114, 108]
/** Of the roof over the wall; m. */
const EAVES_M = 0.4
const STOREY_M = 2.8

/** A house with a gabled roof; x along the road, its front faces -y when it stands left of the road. */
export const houseModel = ({ sizeM, roofM, wall, roof }: HousePlan): Model => {
  const { along, across, eaves } = sizeM
  const long = windows(along, eaves, true)
  const short = windows(across, eaves, false)
  const walls = block([-along / 2, along / 2], [-across / 2, across / 2], [0, eaves], wall, {
    left: long,
    right: long,
    front: short,
    back: short,
  })
  const x = along / 2
  const y = across / 2
  const ridge = eaves + roofM
  const low = eaves - (EAVES_M * roofM) / y
  const gable = (sign: 1 | -1) => ({
    points: [
      { x: sign * x, y: -sign * y, z: eaves },
      { x: sign * x, y: sign * y, z: eaves },
      { x: sign * x, y: 0, z: ridge },
    ],
    tint: wall,
  })
  const slope = (sign: 1 | -1) => ({
    points: [
      { x: sign * (x + EAVES_M), y: sign * (y + EAVES_M), z: low },
      { x: -sign * (x + EAVES_M), y: sign * (y + EAVES_M), z: low },
      { x: -sign * (x + EAVES_M), y: 0, z: ridge },
      { x: sign * (x + EAVES_M), y: 0, z: ridge },
    ],
    tint: roof,
  })
  const chimney = block([x * 0.3, x * 0.3 + 0.7], [-0.35, 0.35], [ridge - 0.9, ridge + 0.7], [126, 84, 70])
  return [walls, chimney, { kind: 'body', faces: [gable(1), gable(-1), slope(1), slope(-1)] }]
}

/** Rows of windows, a door among the lowest. */
const windows = (wallM: number, eavesM: number, door: boolean): readonly Detail[] => {
  const columns = Math.max(Math.floor(wallM / 3), 1)
  const storeys = Math.max(Math.floor(eavesM / STOREY_M), 1)
  const details: Detail[] = [{ across: [0, 1], up: [0, 0.45 / eavesM], tint: PLINTH }]
  for (let storey = 0; storey < storeys; storey += 1) {
    for (let column = 0; column < columns; column += 1) {
      const middle = (column + 0.5) / columns
      const halfM = 0.62
      if (door && storey === 0 && column === Math.floor(columns / 2)) {
        details.push({
          across: [middle - 0.5 / wallM, middle + 0.5 / wallM],
          up: [0.15 / eavesM, 2.2 / eavesM],
          tint: DOOR,
        })
        continue
      }
      const footM = storey * STOREY_M + 0.95
      const across = (marginM: number): readonly [number, number] => [
        middle - (halfM + marginM) / wallM,
        middle + (halfM + marginM) / wallM,
      ]
      const up = (marginM: number): readonly [number, number] => [
        (footM - marginM) / eavesM,
        (footM + 1.35 + marginM) / eavesM,
      ]
      details.push({ across: across(0.1), up: up(0.1), tint: FRAME })
      // Somebody is at home behind some of them.
      const lit = (storey * 5 + column * 3 + Math.floor(wallM * 7)) % 4 === 0
      details.push({ across: across(0), up: up(0), tint: WINDOW, ...(lit ? { atNight: LIT_WINDOW } : {}) })
      details.push({ across: [middle - 0.03 / wallM, middle + 0.03 / wallM], up: up(0), tint: FRAME })
    }
  }
  return details
}
