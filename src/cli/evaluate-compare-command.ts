import { readFileSync } from 'node:fs'
import { parse } from 'node:path'
import Table from 'cli-table3'
import type { Command } from 'commander'
import { OutriderError } from '#errors'
import { compareReports, parseReport, type ReportComparison } from '../evaluation/compare-reports.ts'

const HELP = `
Says which numbers of two or more reports differ, and whether all asked the same. All have to be of one command.

Examples:
  outrider evaluate compare before.json after.json
  outrider evaluate compare stage1.json stage2.json stage3.json stage4.json
  outrider evaluate compare rooms1.json rooms4.json --all --json

Keys of the JSON object: sameQuestions, differences[] {name, values[] in the order of the reports, null where one does not have
the number}, apart[] (numbers whose 95 % intervals in the first and the last report have nothing in common).`

export const registerEvaluateCompare = (evaluate: Command): void => {
  evaluate
    .command('compare')
    .description('compare reports that evaluate driving --json or evaluate embodied --json wrote, as after each stage')
    .argument('<reports...>', 'two or more (.json)')
    .option('--all', 'every number; else the chief ones')
    .option('--json', 'print one JSON object, with every number')
    .addHelpText('after', HELP)
    .action((paths: readonly string[], { all = false, json = false }: { all?: boolean; json?: boolean }) => {
      if (paths.length < 2)
        throw new OutriderError({
          code: 'EVALUATE_COMPARE_ARGUMENT',
          expected: 'two reports or more',
          found: `one, ${paths[0]}`,
        })
      const comparison = compareReports(paths.map((path) => parseReport(readText(path), path)))
      if (json) console.log(JSON.stringify(comparison))
      else for (const line of lines(comparison, paths, all)) console.log(line)
    })
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new OutriderError({
      code: 'REPORT_UNREADABLE',
      expected: `a readable report ${path}`,
      found: (cause as Error).message,
      cause,
    })
  }
}

/** What a person looks at first. */
const CHIEF =
  /(\.adeM|\.fdeM|\.pdms|\.epdms|\.unparsable|\.refused|agents\.f1|medianIou|map50|light\.accuracy|signs\.accuracy|intention\.(accuracy|macroF1)|paths\.(minAdeM|missRate)|answerers\.[a-z]+\.(all|byTask\.[^.]+)\.(score|unreadable))$/

const text = (value: number | null): string => value?.toFixed(3) ?? '-'

const lines = (
  { sameQuestions, differences, apart }: ReportComparison,
  paths: readonly string[],
  all: boolean,
): readonly string[] => {
  const shown = differences.filter(({ name }) => all || CHIEF.test(name))
  const table = new Table({
    head: ['number', ...paths.map((path) => parse(path).name), 'last - first'],
    style: { head: [], border: [] },
  })
  for (const { name, values } of shown) {
    const [first, last] = [values[0] ?? null, values.at(-1) ?? null]
    table.push([name, ...values.map(text), text(first === null || last === null ? null : last - first)])
  }
  return [
    sameQuestions ? 'all asked the same' : 'not all asked the same: numbers differ for that too',
    ...(shown.length > 0 ? [table.toString()] : ['no chief number differs']),
    ...(shown.length < differences.length ? [`${differences.length - shown.length} more differ: --all`] : []),
    apart.length > 0 ? `intervals apart: ${apart.join(', ')}` : 'no intervals apart',
  ]
}
