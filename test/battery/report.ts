import type { Condition } from './conditions.ts'
import type { CheckResult, MutationResult, Result, RunResult } from './results.ts'

export interface BatteryReport {
  readonly passed: boolean
  readonly seed: number
  readonly failures: readonly { readonly what: string; readonly why: readonly string[] }[]
  readonly runs: { readonly asked: number; readonly passed: number }
  readonly conditions: readonly { readonly name: string; readonly asked: number; readonly passed: number }[]
  readonly mutations: { readonly asked: number; readonly found: number }
  /** For docs/determinism.md. */
  readonly markdown: string
}

export interface Asked {
  readonly seed: number
  readonly runs: number
  readonly mutations: number
  readonly conditions: readonly Condition[]
  readonly chosen: number
}

const passed = ({ failures }: Result): boolean => failures.length === 0
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const least = (values: readonly number[]): number =>
  values.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)
const count = (number: number): string => number.toLocaleString('en')

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

/** What the battery came to: what is missing counts as not passed. */
export const reportOf = (results: readonly Result[], asked: Asked): BatteryReport => {
  const runs = results.filter((result) => result.kind === 'run')
  const checks = results.filter((result) => result.kind === 'check')
  const mutations = results.filter((result) => result.kind === 'mutation')
  const chosen = Math.min(asked.chosen, asked.runs)
  const conditions = asked.conditions.map(({ name }) => {
    const under = checks.filter((check) => check.condition === name)
    return { name, asked: chosen, passed: under.filter(passed).length }
  })
  const failures = results
    .filter((result) => !passed(result))
    .map((result) => ({ what: titleOf(result), why: result.failures }))
  const runsPassed = runs.filter(passed).length
  const found = mutations.filter(passed).length
  return {
    passed:
      runsPassed === asked.runs &&
      found === asked.mutations &&
      conditions.every((condition) => condition.passed === condition.asked),
    seed: asked.seed,
    failures,
    runs: { asked: asked.runs, passed: runsPassed },
    conditions,
    mutations: { asked: asked.mutations, found },
    markdown: [
      drivesTable(runs),
      conditionsTable(conditions, checks),
      mutationsTable(mutations),
      ...failures.map(({ what, why }) => `- FAILED ${what}: ${why.join('; ')}`),
    ].join('\n\n'),
  }
}

const titleOf = (result: Result): string => {
  if (result.kind === 'run') return `run ${result.number} (${result.trouble})`
  if (result.kind === 'check') return `run ${result.number} under ${result.condition}`
  return `mutation ${result.number} (${result.mutation})`
}

const drivesTable = (runs: readonly RunResult[]): string => {
  const names = [...new Set(runs.flatMap(({ trouble }) => trouble.split('; ')))].sort()
  const row = (name: string, of: readonly RunResult[]) => [
    name,
    of.length,
    sum(of.map(({ drives }) => drives - 1)),
    of.filter(passed).length,
    least(of.map(({ droveS }) => droveS)).toFixed(1),
    `${count(sum(of.map(({ faults }) => faults)))} (${least(of.map(({ faults }) => faults))})`,
    `${count(sum(of.map(({ plans }) => plans)))} (${least(of.map(({ plans }) => plans))})`,
    count(sum(of.map(({ compared }) => compared))),
  ]
  const rows = names.map((name) =>
    row(
      name,
      runs.filter(({ trouble }) => trouble.split('; ').includes(name)),
    ),
  )
  const head = [
    'what goes wrong, besides the usual',
    'drives',
    'driven again, for want of a plan',
    'replayed equal twice',
    'shortest, s',
    'fault messages (fewest)',
    'plans (fewest)',
    'messages compared',
  ]
  return table(head, [...rows, row('**all** (some have two troubles)', runs)])
}

const conditionsTable = (conditions: BatteryReport['conditions'], checks: readonly CheckResult[]): string =>
  table(
    ['replayed under', 'drives', 'same', 'messages compared', 'answers asked again (tokens)'],
    conditions.map(({ name, asked, passed: same }) => {
      const under = checks.filter((check) => check.condition === name)
      const answers = sum(under.map((check) => check.answers))
      const again = answers === 0 ? '' : `${answers} (${count(sum(under.map(({ tokens }) => tokens)))})`
      return [name, asked, same, count(sum(under.map(({ compared }) => compared))), again]
    }),
  )

const mutationsTable = (mutations: readonly MutationResult[]): string => {
  const names = [...new Set(mutations.map(({ mutation }) => mutation))]
  const rows = names.map((name) => {
    const of = mutations.filter(({ mutation }) => mutation === name)
    const firsts = [...new Set(of.map(({ first }) => first.replace(/ #.*/, '')))].filter((first) => first !== '')
    return [name, of.length, of[0]!.expected, of.filter(passed).length, firsts.join(', ')]
  })
  const total = ['**all**', mutations.length, '', mutations.filter(passed).length, '']
  return table(['changed', 'times', 'is', 'found, named rightly', 'first divergence on'], [...rows, total])
}
