import Table from 'cli-table3'
import type { DrivingReport } from './report.ts'

const metres = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '-' : value.toFixed(2)
const percent = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '-' : `${(100 * value).toFixed(1)}`

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(([word, count]) => `${word} ${count}`)
    .join(', ')

/** The report for people: one line a planner, then what the model saw and foretold. */
export const reportLines = (report: DrivingReport): readonly string[] => {
  const { scenes, planners, missing, perception, prediction, answers } = report
  const table = new Table({
    head: [
      'planner',
      'ADE m',
      '95 %',
      'FDE m',
      'UniAD m',
      'ST-P3 m',
      'coll. % U/S',
      'PDMS',
      'EPDMS',
      'unread',
      'refused',
    ],
    style: { head: [], border: [] },
  })
  for (const row of planners) {
    const [low, high] = row.adeIntervalM ?? []
    table.push([
      row.planner,
      metres(row.adeM),
      `${metres(low)}..${metres(high)}`,
      metres(row.fdeM),
      row.l2ByProtocolM.uniad.map(metres).join(' '),
      row.l2ByProtocolM.stp3.map(metres).join(' '),
      `${percent(row.collisionRate.uniad[3])}/${percent(row.collisionRate.stp3[3])}`,
      metres(row.navsim?.pdms),
      metres(row.navsim?.epdms),
      `${row.unparsable}`,
      `${row.refused}`,
    ])
  }
  const slices = Object.keys(scenes.bySlice)
  const bySlice = new Table({ head: ['ADE m by slice', ...slices], style: { head: [], border: [] } })
  for (const row of planners) bySlice.push([row.planner, ...slices.map((slice) => metres(row.bySlice[slice]?.adeM))])
  return [
    `${scenes.count} scenes of ${scenes.drives} drives (${counts(scenes.byFamily)}); constant velocity ${metres(scenes.constantVelocityAdeM)} m`,
    `slices: ${counts(scenes.bySlice)}; strongest reason: ${counts(scenes.byReason)}`,
    table.toString(),
    bySlice.toString(),
    ...missing.map(({ planner, reason }) => `${planner}: no row, ${reason}`),
    ...(perception
      ? [
          `agents: F1 by type and view ${percent(perception.agents.f1)} %, median IoU ${metres(perception.agents.medianIou)}, mAP ${percent(perception.precision.map)} %, at 0.5 ${percent(perception.precision.map50)} %`,
          `lights: ${percent(perception.light.accuracy)} % of ${perception.light.scenes} scenes; signs: ${percent(perception.signs.accuracy)} % of ${perception.signs.signs}`,
        ]
      : []),
    ...(prediction
      ? [
          `intention: ${percent(prediction.intention.accuracy)} % of ${prediction.intention.agents} agents, macro F1 ${percent(prediction.intention.macroF1)} %; paths: minADE ${metres(prediction.paths.minAdeM)} m (by motion alone ${metres(prediction.pathsByMotion.minAdeM)}), missed ${percent(prediction.paths.missRate)} %`,
        ]
      : []),
    ...Object.entries(answers).flatMap(([variant, of]) =>
      Object.entries(of).map(
        ([name, { asked, unparsable, cut }]) =>
          `${variant}: ${unparsable} of ${asked} ${name} answers unparsable${cut > 0 ? `, ${cut} of them without an end` : ''}`,
      ),
    ),
  ]
}
