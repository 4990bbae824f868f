import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { checkRig, type Rig } from '#calibration'
import type { QuestionsConfig } from '#dataset'
import { OutriderError } from '#errors'
import { type FusionConfig, fusionConfig } from '#fusion'
import { perceptionConfig, planConfig, predictionConfig } from '#tasks'
import { explainIssues } from './explain-issues.ts'
import { readRig } from './read-rig.ts'

/** A data set is made with one set of settings: what is there already has to have the same. */
export const claimFolder = (folder: string, settings: object): void => {
  const path = join(folder, 'settings.json')
  const text = `${JSON.stringify(settings, null, 1)}\n`
  mkdirSync(folder, { recursive: true })
  let found: string | undefined
  try {
    found = readFileSync(path, 'utf8')
  } catch {
    writeFileSync(path, text)
    return
  }
  if (found === text) return
  throw new OutriderError({
    code: 'DATASET_SETTINGS',
    expected: `the settings that ${path} was begun with`,
    found: 'others (rig, questions, selection, image sizes or seconds)',
    next: 'choose another --out, or remove the folder',
  })
}

/** Throws what readRig throws, and the first finding of checkRig. */
export const readCheckedRig = (path: string): Rig => {
  const rig = readRig(path)
  const [finding] = checkRig(rig)
  if (!finding) return rig
  const { code, where, expected, found } = finding
  throw new OutriderError({ code, expected: `${where} in ${path}: ${expected}`, found })
}

/** Of a car file what the prompts depend on. */
const questionsConfig = z.looseObject({
  fusion: fusionConfig.prefault({}),
  plan: planConfig.prefault({}),
  perception: perceptionConfig.prefault({}),
  prediction: predictionConfig.prefault({}),
})

/** Throws OutriderError CONFIG_UNREADABLE, CONFIG_INVALID. */
export const readQuestions = (path: string | undefined): QuestionsConfig & { readonly fusion: FusionConfig } => {
  let value: unknown = {}
  try {
    if (path !== undefined) value = parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new OutriderError({ code: 'CONFIG_UNREADABLE', expected: `YAML in ${path}`, found: String(cause), cause })
  }
  const read = questionsConfig.safeParse(value)
  if (read.success) {
    const { fusion, plan, perception, prediction } = read.data
    return { fusion, plan, perception, prediction }
  }
  throw new OutriderError({
    code: 'CONFIG_INVALID',
    expected: 'plan, perception, prediction and fusion as docs/configuration.md has them',
    found: explainIssues(read.error, path ?? 'the defaults'),
  })
}
