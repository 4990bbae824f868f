import type { DrivingReport } from '../report.ts'

const number = (value: number | undefined, digits = 2): string =>
  value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits)
const percent = (value: number | undefined): string => (value === undefined ? '–' : number(100 * value, 1))

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr>
${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n')}</table>`

const NAVSIM = ['nc', 'dac', 'ddc', 'tlc', 'ep', 'ttc', 'c', 'lk', 'hc', 'ec', 'pdms', 'epdms'] as const

/** The numbers behind the plots, and those that have none. */
export const tables = ({ planners, perception, prediction, answers, missing }: DrivingReport): string => {
  const open = planners.map((row) => [
    row.planner,
    number(row.adeM),
    (row.adeIntervalM ?? []).map((end) => number(end)).join(' – '),
    number(row.medianAdeM),
    number(row.fdeM),
    row.l2ByProtocolM.uniad.map((value) => number(value)).join(' / '),
    row.l2ByProtocolM.stp3.map((value) => number(value)).join(' / '),
    row.collisionRate.uniad.map(percent).join(' / '),
    row.collisionRate.stp3.map(percent).join(' / '),
    `${row.unparsable}`,
    `${row.refused}`,
  ])
  const navsim = planners.flatMap(({ planner, navsim: scores }) =>
    scores ? [[planner, ...NAVSIM.map((name) => percent(scores[name]))]] : [],
  )
  const parts = [
    '<h2>Open loop, as nuScenes</h2>',
    table(
      [
        'planner',
        'ADE 3 s',
        '95 %',
        'median',
        'FDE',
        'L2 UniAD 1/2/3 s/mean',
        'L2 ST-P3',
        'collisions % UniAD',
        'ST-P3',
        'unparsable',
        'refused',
      ],
      open,
    ),
    ...missing.map(({ planner, reason }) => `<p>${planner}: no row, ${reason}.</p>`),
    '<h2>NAVSIM, %</h2>',
    table(['planner', ...NAVSIM.map((name) => name.toUpperCase())], navsim),
  ]
  if (perception) {
    const { agents, precision, light, signs } = perception
    const lights = Object.entries(light.byState).map(
      ([state, { scenes, accuracy }]) => `${state} ${percent(accuracy)} of ${scenes}`,
    )
    parts.push(
      '<h2>Perception</h2>',
      table(
        ['what', ''],
        [
          ['F1 of agents by type and view, %', percent(agents.f1)],
          ['the same with an IoU of 0.5 and more, %', percent(agents.f1AtHalf)],
          ['median IoU', number(agents.medianIou)],
          ['mAP 0.5:0.95 / 0.5, %', `${percent(precision.map)} / ${percent(precision.map50)}`],
          ['light state, %', `${percent(light.accuracy)} (${lights.join(', ')}); made up ${light.madeUp}`],
          ['signs, %', `${percent(signs.accuracy)} of ${signs.signs}; made up ${signs.madeUp}`],
        ],
      ),
    )
  }
  if (prediction) {
    const { intention, paths, pathsByMotion } = prediction
    parts.push(
      '<h2>Prediction</h2>',
      table(
        ['intention', 'agents', 'precision %', 'recall %', 'F1 %'],
        Object.entries(intention.byIntention).map(([word, { agents, precision, recall, f1 }]) => [
          word,
          `${agents}`,
          percent(precision),
          percent(recall),
          percent(f1),
        ]),
      ),
      `<p>Accuracy ${percent(intention.accuracy)} %, macro F1 ${percent(intention.macroF1)} %. Paths: minADE ${number(paths.minAdeM)} m,
missed ${percent(paths.missRate)} %; by motion alone ${number(pathsByMotion.minAdeM)} m, ${percent(pathsByMotion.missRate)} %.</p>`,
    )
  }
  const asked = Object.entries(answers).flatMap(([variant, of]) =>
    Object.entries(of).map(([name, count]) => [
      variant,
      name,
      `${count.asked}`,
      `${count.unparsable}`,
      `${count.cut}`,
      number(count.meanTokens, 0),
    ]),
  )
  if (asked.length > 0) {
    parts.push(
      '<h2>Answers</h2>',
      table(['variant', 'question', 'asked', 'unparsable', 'without an end', 'tokens'], asked),
    )
  }
  return parts.join('\n')
}
