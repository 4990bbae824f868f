import { type PlanarPoint, type PlanarPose, planarPointInTarget } from '#geometry'
import type { Plan } from '#messages'
import type { AbPaths, AbReport } from '#replay'

/** Of the picture; px. */
const WIDTH = 1000
const MARGIN = 24
const LEGEND = 64
/** Beyond the driven path, at most: a plan that leads out of town must not shrink the street; m. */
const MOST_BEYOND_M = 60
const LEAST_BEYOND_M = 5
/** Tall or wide drives are not drawn as a line; height over width. */
const LEAST_ASPECT = 0.25
const MOST_ASPECT = 1.5

const DRIVEN = '#bbbbb8'
const RECORDED = '#0868ac'
const OTHER = '#e6550d'

interface Area {
  readonly leftM: number
  readonly topM: number
  readonly widthM: number
  readonly heightM: number
}

/** Both drives' plans from above, in the map frame, x to the right and y up, as an SVG document. */
export const abPicture = ({ driven, pairs }: AbPaths, report: AbReport): string => {
  const plans = pairs.map(({ mapFromEgo, pair, apart }) => ({
    apart,
    recorded: pathInMap(pair.recorded, mapFromEgo),
    other: pathInMap(pair.other, mapFromEgo),
  }))
  const points = plans.flatMap(({ recorded, other }) => [...recorded, ...other])
  const area = areaOf(driven, points)
  const pxPerM = (WIDTH - 2 * MARGIN) / area.widthM
  const heightPx = area.heightM * pxPerM
  const line = (path: readonly PlanarPoint[], style: string): string => {
    const at = path.map(({ xM, yM }) => `${px((xM - area.leftM) * pxPerM)},${px((area.topM - yM) * pxPerM)}`)
    return `<polyline points="${at.join(' ')}" fill="none" ${style}/>`
  }
  const stroke = (colour: string, width: number, opacity: number): string =>
    `stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}" stroke-linejoin="round" stroke-linecap="round"`
  const faintFirst = [...plans].sort((a, b) => Number(a.apart) - Number(b.apart))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${px(heightPx + 2 * MARGIN + LEGEND)}" font-family="sans-serif" font-size="14">`,
    '<rect width="100%" height="100%" fill="white"/>',
    legend(report),
    `<svg x="${MARGIN}" y="${MARGIN + LEGEND}" width="${WIDTH - 2 * MARGIN}" height="${px(heightPx)}">`,
    '<rect width="100%" height="100%" fill="#f6f6f4"/>',
    line(driven, stroke(DRIVEN, 7, 1)),
    ...faintFirst.flatMap(({ recorded, other, apart }) => [
      line(recorded, stroke(RECORDED, 2, apart ? 0.9 : 0.35)),
      line(other, stroke(OTHER, 2, apart ? 0.9 : 0.35)),
    ]),
    scaleBar(area, pxPerM, heightPx),
    '</svg>',
    '</svg>',
    '',
  ].join('\n')
}

const px = (value: number): string => value.toFixed(1)

const pathInMap = ({ steps }: Plan, mapFromEgo: PlanarPose): PlanarPoint[] => [
  mapFromEgo,
  ...steps.flatMap(({ poseInEgo }) => (poseInEgo ? [planarPointInTarget(mapFromEgo, poseInEgo)] : [])),
]

/** Around the driven path and as much of the plans as may be seen. */
const areaOf = (driven: readonly PlanarPoint[], points: readonly PlanarPoint[]): Area => {
  const axis = (of: (point: PlanarPoint) => number): { least: number; most: number } => {
    const centre = driven.length > 0 ? driven : points
    const [low, high] = [least(centre.map(of)), most(centre.map(of))]
    const wanted = points.map(of)
    return {
      least: Math.max(low - MOST_BEYOND_M, Math.min(low, least(wanted)) - LEAST_BEYOND_M),
      most: Math.min(high + MOST_BEYOND_M, Math.max(high, most(wanted)) + LEAST_BEYOND_M),
    }
  }
  const x = axis(({ xM }) => xM)
  const y = axis(({ yM }) => yM)
  const [widthM, heightM] = [x.most - x.least, y.most - y.least]
  const wideM = Math.max(widthM, heightM / MOST_ASPECT)
  const highM = Math.max(heightM, wideM * LEAST_ASPECT)
  return {
    leftM: x.least - (wideM - widthM) / 2,
    topM: y.most + (highM - heightM) / 2,
    widthM: wideM,
    heightM: highM,
  }
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), values[0] ?? 0)
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), values[0] ?? 0)

const legend = ({ plans, apart, toleranceM, rmsM }: AbReport): string => {
  const entry = (x: number, colour: string, width: number, text: string): string =>
    `<line x1="${x}" y1="30" x2="${x + 36}" y2="30" stroke="${colour}" stroke-width="${width}"/><text x="${x + 44}" y="35">${text}</text>`
  const rms = rmsM === undefined ? '' : `, RMS ${rmsM.toFixed(2)} m`
  return [
    entry(MARGIN, DRIVEN, 7, 'driven'),
    entry(MARGIN + 140, RECORDED, 3, `recorded: ${plans.recorded} plans`),
    entry(MARGIN + 360, OTHER, 3, `other model: ${plans.other} plans`),
    `<text x="${MARGIN}" y="66">${plans.paired} pairs, ${apart} apart by more than ${toleranceM} m${rms}; pairs that are not apart are faint</text>`,
  ].join('\n')
}

/** A round length that is about a tenth of the picture. */
const scaleBar = ({ widthM }: Area, pxPerM: number, heightPx: number): string => {
  const lengthM = [1, 2, 5, 10, 20, 50, 100, 200, 500].findLast((metres) => metres <= widthM / 6) ?? 1
  const y = px(heightPx - 12)
  return `<line x1="12" y1="${y}" x2="${px(12 + lengthM * pxPerM)}" y2="${y}" stroke="black" stroke-width="2"/><text x="12" y="${px(heightPx - 20)}">${lengthM} m</text>`
}
