// How long is it from a frame set to the plan's last pose when only the plan is asked, and when perception and prediction follow
// on its prefix, in a drive at 12 Hz with the pipeline's own policy? And of what a following question costs before its
// first token, how much does the shared prefix save, beside what it should: all of vision, and its part of the prompt?
// Two threads, random weights, held to what a street's answers look like (seeing-a-street.ts).
// --shape nano|0.5b, --layout nano|six448x252 (both), --rounds 8, --for 20s a drive, 0s for none.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readBundle, type SHAPES } from '#compiler'
import { startModelProcess } from '#model'
import { durationFlagMs, flag } from './car/bench-flags.ts'
import { makeRandomBundle } from './car/random-bundle.ts'
import { drawLayout, imageBudgets, LAYOUTS, type Layout } from './question/layouts.ts'
import { measurePlanDelays } from './question/plan-delays.ts'
import { measureSharing } from './question/shared-prefix.ts'
import { reportBench } from './report.ts'

const THREADS = 2
/** Of what should be: whole pieces of 256 tokens are taken over, and a prompt's end costs more than its beginning. */
const LEAST_SAVED = 0.7

const shape = (flag('shape') ?? 'nano') as keyof typeof SHAPES
const rounds = Number(flag('rounds') ?? (shape === 'nano' ? 8 : 1))
const layouts = (flag('layout') ? [flag('layout')] : Object.keys(LAYOUTS)) as Layout[]
const forMs = durationFlagMs('for', '20s')

const figures: Record<string, number> = {}
const ratios: Record<string, number> = {}
const keep = (prefix: string, found: Readonly<Record<string, number>>): void => {
  for (const [name, value] of Object.entries(found)) figures[`${prefix}.${name}`] = value
}

const folder = mkdtempSync(join(tmpdir(), 'bench-three-questions-'))
try {
  const bundle = await makeRandomBundle(folder, shape)
  const opened = await readBundle(bundle)
  for (const layout of layouts) {
    const jpegs = await drawLayout(layout)
    const views = imageBudgets(opened, layout)
    const imageTokens = views.reduce((sum, { tokens }) => sum + tokens, 0)
    const model = startModelProcess({ bundle, threads: THREADS })
    const sharing = await measureSharing(model, jpegs, views, rounds).finally(() => model.close())
    keep(layout, { imageTokens, ...sharing })
    for (const name of ['perception', 'prediction'])
      ratios[`${layout}.${name}ShouldToSaved`] = sharing[`${name}ShouldSaveMs`]! / sharing[`${name}SavedMs`]!
    if (forMs === 0) continue
    const drive = { folder, bundle, layout, views, jpegs, forMs }
    keep(`${layout}.planOnly`, await measurePlanDelays({ ...drive, questions: ['plan'] }))
    keep(`${layout}.all`, await measurePlanDelays({ ...drive, questions: ['plan', 'perception', 'prediction'] }))
  }
  const limits = Object.fromEntries(Object.keys(ratios).map((name) => [name, 1 / LEAST_SAVED]))
  reportBench({ name: 'three-questions', n: rounds, figures, ratios, limits: shape === 'nano' ? limits : {} })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
