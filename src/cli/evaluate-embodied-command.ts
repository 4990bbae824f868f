import { availableParallelism } from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { openOnnxEngine } from '#model'
import { questionOf, SHOWN, type Shown } from '../evaluation/embodied/ask-item.ts'
import { BASELINES, baselineAnswer, habitsOf } from '../evaluation/embodied/baselines.ts'
import { type EmbodiedItem, readItems } from '../evaluation/embodied/read-items.ts'
import { type EmbodiedReport, embodiedReport, type ScoredItem } from '../evaluation/embodied/report.ts'
import { scoreAnswer } from '../evaluation/embodied/score-answer.ts'
import { countProgress } from './count-progress.ts'
import { interruption } from './interruption.ts'

interface Flags {
  readonly bundle?: string
  readonly limit: number
  readonly images: Shown
  readonly grammar: boolean
  readonly threads: number
  readonly answers?: boolean
  readonly json?: boolean
}

const HELP = `
Scores are means from 0 to 1: points in the mask (Where2Place's measure: one outside the image is a miss), the right choice,
steps that reach the goal when they are carried out. An answer that cannot be read scores 0 and is counted. Beside the model
stand one who answers blind (the middle, the commonest answer, the steps that the words suggest) and one who guesses.

Examples:
  outrider dataset-embodied --split held-out --seed 1 --count 500 --out held-out
  outrider evaluate embodied held-out --bundle models/outrider-nano --json
  outrider evaluate embodied held-out --bundle models/outrider-nano --images blank

Keys of the JSON object: folder, items, images, grammar, bundle; answerers: model, blind, random, each with all, byTask,
bySkill and byLook of {count, score, standardError, unreadable, executable}; with --answers also answers[] {id, text, score}.`

const positive = (text: string): number => {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new InvalidArgumentError('Not a whole number above 0.')
}

export const registerEvaluateEmbodied = (evaluate: Command): void => {
  evaluate
    .command('embodied')
    .description('ask a model about rooms: pointing, where to take hold, how things lie, what to do next')
    .argument('<folder>', 'what `outrider dataset-embodied` wrote')
    .option('--bundle <folder>', 'bundle that `outrider compile` wrote; without it only the baselines answer')
    .option('--limit <n>', 'ask the first n questions only', positive, Number.MAX_SAFE_INTEGER)
    .addOption(new Option('--images <which>', 'what the model is shown').choices(SHOWN).default('image'))
    .option('--no-grammar', 'let the model write freely')
    .option('--threads <n>', 'threads of the model', positive, availableParallelism())
    .option('--answers', 'print every answer too')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText('after', HELP)
    .action(async (folder: string, flags: Flags) => {
      const items: EmbodiedItem[] = []
      for await (const item of readItems(folder, flags.limit)) items.push(item)
      const habits = habitsOf(items)
      const texts = flags.bundle === undefined ? undefined : await askModel(items, flags.bundle, flags)
      const answers = texts?.map((text, index) => scored(items[index]!, text))
      const answerers: Record<string, EmbodiedReport> = {
        ...(answers && { model: embodiedReport(answers) }),
        ...Object.fromEntries(
          BASELINES.map((kind) => [
            kind,
            embodiedReport(items.map((item) => scored(item, baselineAnswer(kind, item, habits)))),
          ]),
        ),
      }
      const { bundle, images, grammar } = flags
      const said = answers?.map(({ item, text, score }) => ({ id: item.id, text, ...score }))
      if (flags.json) {
        const report = { folder, items: items.length, images, grammar, bundle, answerers }
        console.log(JSON.stringify(flags.answers && said ? { ...report, answers: said } : report))
        return
      }
      if (flags.answers)
        for (const { id, text, score } of said ?? []) console.log(`${id}  ${score.toFixed(2)}  ${text}`)
      for (const text of lines(answerers)) console.log(text)
    })
}

const scored = (
  item: EmbodiedItem,
  text: string,
): ScoredItem & { readonly item: EmbodiedItem; readonly text: string } => ({
  item,
  text,
  score: scoreAnswer(item, text),
})

/** The next item of another room, round the end. */
const otherThan = (items: readonly EmbodiedItem[], index: number): EmbodiedItem => {
  const { group } = items[index]!.meta
  const order = [...items.slice(index), ...items.slice(0, index)]
  return order.find(({ meta }) => meta.group !== group) ?? items[index]!
}

const askModel = async (
  items: readonly EmbodiedItem[],
  bundle: string,
  { images, grammar, threads }: Flags,
): Promise<readonly string[]> => {
  const engine = await openOnnxEngine({ bundle, threads })
  const progress = countProgress('questions', items.length)
  const signal = interruption()
  const texts: string[] = []
  try {
    for (const [index, item] of items.entries()) {
      const question = questionOf(item, { shown: images, constrained: grammar, other: otherThan(items, index) })
      const { text } = await engine.answer(question, () => {}, signal)
      if (signal.aborted) break
      texts.push(text)
      progress.update(index + 1)
    }
  } finally {
    progress.stop()
    await engine.close()
  }
  return texts
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`.padStart(9)

const lines = (answerers: Readonly<Record<string, EmbodiedReport>>): readonly string[] => {
  const names = Object.keys(answerers)
  const reports = Object.values(answerers)
  const row = (
    label: string,
    of: (report: EmbodiedReport) => { readonly score: number; readonly count: number } | undefined,
  ) =>
    `${label.padEnd(24)}${String(of(reports[0]!)?.count ?? 0).padStart(6)}${reports.map((each) => percent(of(each)?.score ?? 0)).join('')}`
  const groups = (['byTask', 'bySkill', 'byLook'] as const).flatMap((by) => [
    '',
    ...Object.keys(reports[0]![by]).map((key) => row(key, (report) => report[by][key])),
  ])
  const unreadable = names.map((name) => `${name} ${answerers[name]!.all.unreadable}`).join(', ')
  return [
    `${' '.repeat(30)}${names.map((name) => name.padStart(9)).join('')}`,
    row('all', ({ all }) => all),
    ...groups,
    '',
    `unreadable: ${unreadable}`,
  ]
}
