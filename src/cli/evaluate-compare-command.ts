import { readFileSync } from 'node:fs'
import Table from 'cli-table3'
import type { Command } from 'commander'
import { OutriderError } from '#errors'
import { compareReports, parseReport, type ReportComparison } from '../evaluation/driving/compare-reports.ts'

const HELP = `
Says which numbers of two reports differ, and whether both are of the same scenes.

Examples:
  outrider evaluate compare stage2.json stage4.json
  outrider evaluate compare a.json b.json --all --json

Keys of the JSON object: sameScenes, apart[] (planners whose 95 % intervals of the ADE have nothing in common), differences[]
{name, a, b}; a number that one of them does not have is absent.`

export const registerEvaluateCompare = (evaluate: Command): void => {
  evaluate
    .command('compare')
    .description('compare two reports that evaluate driving --json wrote')
    .argument('<a>', 'a report (.json)')
    .argument('<b>', 'another')
    .option('--all', 'every number; else the chief ones')
    .option('--json', 'print one JSON object, with every number')
    .addHelpText('after', HELP)
    .action((a: string, b: string, { all = false, json = false }: { all?: boolean; json?: boolean }) => {
      const comparison = compareReports(parseReport(readText(a), a), parseReport(readText(b), b))
      if (json) console.log(JSON.stringify(comparison))
      else for (const line of lines(comparison, all)) console.log(line)
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
  /(\.adeM|\.fdeM|\.pdms|\.epdms|\.unparsable|\.refused|agents\.f1|medianIou|map50|light\.accuracy|signs\.accuracy|intention\.(accuracy|macroF1)|paths\.(minAdeM|missRate))$/

const text = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(3))

const lines = ({ sameScenes, differences, apart }: ReportComparison, all: boolean): readonly string[] => {
  const shown = differences.filter(({ name }) => all || CHIEF.test(name))
  const table = new Table({ head: ['number', 'a', 'b', 'b - a'], style: { head: [], border: [] } })
  for (const { name, a, b } of shown) {
    table.push([name, text(a), text(b), text(a === undefined || b === undefined ? undefined : b - a)])
  }
  return [
    sameScenes ? 'the same scenes' : 'not the same scenes: numbers differ for that too',
    ...(shown.length > 0 ? [table.toString()] : ['no chief number differs']),
    ...(shown.length < differences.length ? [`${differences.length - shown.length} more differ: --all`] : []),
    apart.length > 0 ? `ADE intervals apart: ${apart.join(', ')}` : 'no ADE intervals apart',
  ]
}
