import type { Consistency } from '../evaluation/tracking/consistency.ts'
import type { Distribution } from '../evaluation/tracking/distribution.ts'
import type { TrackingReport } from '../evaluation/tracking.ts'

const number = (value: number | undefined, digits = 2): string => (value === undefined ? 'none' : value.toFixed(digits))

const spread = ({ count, median, p95, max }: Distribution, unit: string): string =>
  count === 0 ? 'none' : `median ${number(median)}, p95 ${number(p95)}, max ${number(max)} ${unit} (n = ${count})`

const inside = ({ count, inside95, expectedInside, meanSquaredSigmas }: Consistency): string =>
  expectedInside
    ? `${inside95} of ${count} in their own 95 % (should be ${expectedInside.join(' to ')}), mean squared sigmas ${number(meanSquaredSigmas)}`
    : 'none'

/** For people. */
export const trackingLines = (tape: string, report: TrackingReport): readonly string[] => {
  const { position, velocity, heading, identity, duplicates, misses } = report
  const { relativeAbove2Mps: relative } = velocity
  return [
    `${tape}: ${report.detections}, ${report.frames} frames over ${number(report.spanS)} s, ${report.boxes} boxes, ${report.tracks} tracks`,
    `position    ${spread(position.all, 'm')}`,
    ...position.byDistance
      .filter(({ errorM }) => errorM.count > 0)
      .map(
        ({ fromM, toM, errorM, medianShareOfDistance }) =>
          `  ${`${fromM} to ${toM} m`.padEnd(12)}${spread(errorM, 'm')}, median ${number((medianShareOfDistance ?? 0) * 100, 1)} % of distance`,
      ),
    `  ${inside(position.consistency)}`,
    `velocity    ${spread(velocity.errorMps, 'm/s')}`,
    `  above 2 m/s relative: ${spread(relative, '')}, within 15 %: ${number(relative.within15Percent)}`,
    `  ${inside(velocity.consistency)}`,
    `  at each agent's last frame: ${inside(velocity.consistencyAtLast)}`,
    `heading     ${spread(heading.errorRad, 'rad')}, ${heading.unknown} unknown`,
    `identity    ${identity.switches} switches, ${identity.transfers} transfers among ${identity.agents} agents seen again`,
    `duplicates  ${duplicates.duplicates} of ${duplicates.inSeveralCameras} agents in several cameras, ${duplicates.mixed} tracks mix agents`,
    `misses      ${misses.missed} of ${misses.detected} detected, ${misses.undetected} undetected`,
    ...(report.notLifted.length > 0 ? [`not lifted  ${report.notLifted.join('; ')}`] : []),
  ]
}
