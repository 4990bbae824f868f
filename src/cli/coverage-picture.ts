import type { Coverage, Rig } from '#calibration'
import type { PlanarPoint } from '#geometry'
import { type Colour, createSheet, type SheetPoint } from '#image'

const SIZE_PX = 900
/** Half the side of the square that is shown; m. */
export const SHOWN_M = 45
const PX_PER_M = SIZE_PX / (2 * SHOWN_M)

const GROUND: Colour = [244, 244, 240]
const RING: Colour = [200, 200, 196]
const CAR: Colour = [40, 40, 44]
const BLIND: Colour = [190, 60, 60, 0.35]
const TEXT: Colour = [40, 40, 44]
const COLOURS: readonly Colour[] = [
  [31, 119, 180, 0.4],
  [255, 127, 14, 0.4],
  [44, 160, 44, 0.4],
  [148, 103, 189, 0.4],
  [140, 86, 75, 0.4],
  [23, 190, 207, 0.4],
]

/** Ahead is up. */
const onSheet = ({ xM, yM }: PlanarPoint): SheetPoint => ({
  x: SIZE_PX / 2 - yM * PX_PER_M,
  y: SIZE_PX / 2 - xM * PX_PER_M,
})

const around = (radiusM: number): readonly PlanarPoint[] =>
  Array.from({ length: 180 }, (_, index) => (index * Math.PI) / 90).map((angle) => ({
    xM: radiusM * Math.cos(angle),
    yM: radiusM * Math.sin(angle),
  }))

const RINGS_M = [10, 20, 30, 40]

/** What each camera of a rig sees of level ground, from above, ahead is up; PNG. Directions that none sees are red. */
export const coveragePicture = (rig: Rig, { cameras, gaps }: Coverage): Uint8Array => {
  const sheet = createSheet(SIZE_PX, SIZE_PX)
  const fill = (points: readonly PlanarPoint[], colour: Colour) => sheet.fillPolygon(points.map(onSheet), colour)
  fill(
    [
      { xM: SHOWN_M, yM: SHOWN_M },
      { xM: SHOWN_M, yM: -SHOWN_M },
      { xM: -SHOWN_M, yM: -SHOWN_M },
      { xM: -SHOWN_M, yM: SHOWN_M },
    ],
    GROUND,
  )
  for (const radiusM of RINGS_M.toReversed()) {
    fill(around(radiusM + 0.5 / PX_PER_M), RING)
    fill(around(radiusM - 0.5 / PX_PER_M), GROUND)
  }
  for (const { fromRad, toRad } of gaps) {
    const width = toRad > fromRad ? toRad - fromRad : toRad - fromRad + 2 * Math.PI
    const arc = Array.from({ length: 41 }, (_, index) => fromRad + (width * index) / 40)
    fill([{ xM: 0, yM: 0 }, ...arc.map((angle) => ({ xM: 40 * Math.cos(angle), yM: 40 * Math.sin(angle) }))], BLIND)
  }
  cameras.forEach(({ groundInEgo }, index) => {
    fill(groundInEgo, COLOURS[index % COLOURS.length]!)
  })
  const { lengthM, widthM, rearOverhangM } = rig.vehicle
  fill(
    [
      { xM: lengthM - rearOverhangM, yM: widthM / 2 },
      { xM: lengthM - rearOverhangM, yM: -widthM / 2 },
      { xM: -rearOverhangM, yM: -widthM / 2 },
      { xM: -rearOverhangM, yM: widthM / 2 },
    ],
    CAR,
  )
  for (const radiusM of RINGS_M) sheet.writeText(`${radiusM} m`, onSheet({ xM: radiusM, yM: 0 }), 13, TEXT)
  for (const { view, groundInEgo } of cameras) {
    if (groundInEgo.length === 0) continue
    const far = groundInEgo.slice(groundInEgo.length / 2)
    const middle = far[Math.floor(far.length / 2)]!
    sheet.writeText(view, onSheet({ xM: middle.xM * 0.6, yM: middle.yM * 0.6 }), 16, TEXT)
  }
  return sheet.toPng()
}
