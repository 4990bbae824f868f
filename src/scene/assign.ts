import { munkres } from 'munkres'

type Pair = readonly [row: number, column: number]

interface Candidate {
  readonly row: number
  readonly column: number
  readonly cost: number
}

/** Rows and columns that no candidate ties together are assigned apart: each group is small, whatever their number. */
const groupsOf = (candidates: readonly Candidate[]): readonly (readonly Candidate[])[] => {
  const leaders = new Map<string, string>()
  const leaderOf = (member: string): string => {
    const above = leaders.get(member)
    if (above === undefined || above === member) return member
    const leader = leaderOf(above)
    leaders.set(member, leader)
    return leader
  }
  for (const { row, column } of candidates) leaders.set(leaderOf(`r${row}`), leaderOf(`c${column}`))
  const groups = new Map<string, Candidate[]>()
  for (const candidate of candidates) {
    const leader = leaderOf(`r${candidate.row}`)
    const group = groups.get(leader)
    if (group) group.push(candidate)
    else groups.set(leader, [candidate])
  }
  return [...groups.values()]
}

const assignGroup = (group: readonly Candidate[]): readonly Pair[] => {
  const [only] = group
  if (only && group.length === 1) return [[only.row, only.column]]
  const rows = [...new Set(group.map(({ row }) => row))]
  const columns = [...new Set(group.map(({ column }) => column))]
  const rowIndex = new Map(rows.map((row, index) => [row, index]))
  const columnIndex = new Map(columns.map((column, index) => [column, index]))
  // Dearer than any assignment of candidates: so as many as can be are paired, then as cheaply as can be.
  const lowest = group.reduce((least, { cost }) => Math.min(least, cost), 0)
  const forbidden = group.reduce((sum, { cost }) => sum + cost - lowest, 1)
  const costs = rows.map(() => columns.map(() => forbidden))
  for (const { row, column, cost } of group) costs[rowIndex.get(row)!]![columnIndex.get(column)!] = cost - lowest
  return munkres(costs)
    .filter(([row, column]) => costs[row]![column]! < forbidden)
    .map(([row, column]) => [rows[row]!, columns[column]!] as const)
}

/**
 * Each row to at most one column and each column to at most one row: as many pairs as `costOf` allows (undefined: these
 * two never), at the least sum of costs (the Hungarian algorithm). In order of rows.
 */
export const assign = <Row, Column>(
  rows: readonly Row[],
  columns: readonly Column[],
  costOf: (row: Row, column: Column) => number | undefined,
): readonly Pair[] => {
  const candidates: Candidate[] = []
  rows.forEach((rowItem, row) => {
    columns.forEach((columnItem, column) => {
      const cost = costOf(rowItem, columnItem)
      if (cost !== undefined) candidates.push({ row, column, cost })
    })
  })
  return groupsOf(candidates)
    .flatMap(assignGroup)
    .toSorted(([a], [b]) => a - b)
}
