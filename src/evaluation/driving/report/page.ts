import type { EvaluatedScenes } from '../evaluate.ts'
import type { PlanOutcome } from '../planner-row.ts'
import type { DrivingReport } from '../report.ts'
import { reportCharts } from './charts.ts'
import { scenePicture } from './scene-picture.ts'
import { tables } from './tables.ts'

/** How many scenes are shown: the worst, those around the middle and the best of the first planner. */
const EXAMPLES = 9

const DRIVEN = '#15803d'
const PLANNED = '#7e22ce'

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const STYLE = `body{font:15px/1.45 sans-serif;margin:2em auto;max-width:1080px;padding:0 1em;color:#1c1917}
h2{margin-top:1.8em}table{border-collapse:collapse;margin:.6em 0}td,th{padding:.2em .6em;border-bottom:1px solid #ddd;text-align:right}
td:first-child,th:first-child{text-align:left}figure{margin:1em 0}figcaption{color:#57534e}.charts{display:flex;flex-wrap:wrap;gap:1.5em}
.scene{display:flex;flex-wrap:wrap;gap:1em;align-items:flex-start}.scene svg{max-width:100%;height:auto}`

/** One page that holds all it shows: nothing is fetched. */
export const reportPage = async (report: DrivingReport, { outcomes }: EvaluatedScenes): Promise<string> => {
  const { made, scenes } = report
  const charts = await reportCharts(report)
  const [first] = outcomes
  const source = made.suite === '' ? made.tapes.join(', ') : `suite ${made.suite}, seeds moved by ${made.seedOffset}`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Outrider: driving evaluation</title><style>${STYLE}</style></head><body>
<h1>Driving evaluation</h1>
<p>${scenes.count} scenes of ${scenes.drives} drives (${escaped(source)}), seen by the rig ${escaped(made.rig)};
${made.bundle === '' ? 'no model' : `model ${escaped(made.bundle)} (${made.bundleSha256.slice(0, 12)})`}; Outrider ${made.outrider}.
Constant velocity is ${scenes.constantVelocityAdeM.toFixed(2)} m wrong on the mean.</p>
<div class="charts">
${charts.map(({ title, svg }) => `<figure><figcaption>${title}</figcaption>${svg}</figure>`).join('\n')}
</div>
${tables(report)}
${first ? examples(first[0], first[1]) : ''}
</body></html>
`
}

const examples = (planner: string, outcomes: readonly PlanOutcome[]): string => {
  const ranked = outcomes.toSorted((a, b) => b.score.error.adeM - a.score.error.adeM)
  const share = Math.ceil(EXAMPLES / 3)
  const middle = Math.max(Math.floor((ranked.length - share) / 2), share)
  const shown = new Set([...ranked.slice(0, share), ...ranked.slice(middle, middle + share), ...ranked.slice(-share)])
  return `<h2>Scenes</h2>
<p>The worst, the middle and the best of ${escaped(planner)}: <b style="color:${PLANNED}">planned</b>, <b style="color:${DRIVEN}">driven</b>; orange: vehicles
and where they go, red: people and cyclists. Front image beside it.</p>
${[...shown].map(example).join('\n')}`
}

const example = ({ scene, poses, readable, refusedFor, score }: PlanOutcome): string => {
  const image = scene.scene.frameSet.views.some(({ view }) => view === 'front')
    ? `<img alt="front image" width="448" src="data:image/jpeg;base64,${Buffer.from(scene.scene.imageOf('front').data).toString('base64')}">`
    : ''
  const words = [
    `ADE ${score.error.adeM.toFixed(2)} m`,
    ...(readable ? [] : ['unreadable: scored as standing still']),
    ...(refusedFor.length > 0 ? [`refused: ${refusedFor.join(', ')}`] : []),
    ...scene.slices,
  ]
  const picture = scenePicture(scene, [
    { colour: DRIVEN, poses: scene.driven.map(({ pose }) => pose) },
    { colour: PLANNED, poses },
  ])
  return `<figure><figcaption>${escaped(scene.id)}: ${escaped(words.join('; '))}</figcaption><div class="scene">${picture}${image}</div></figure>`
}
