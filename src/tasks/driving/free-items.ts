import { jsonObjectsIn } from '../answer-json.ts'
import { lastBoxed } from '../boxed.ts'
import { listOfLabel, stateWordIn } from './perception-words.ts'

const NUMBER = String.raw`\s*(-?\d+(?:\.\d+)?)\s*`
const FOUR_NUMBERS = new RegExp(String.raw`\[${[NUMBER, NUMBER, NUMBER, NUMBER].join(',')}\]`, 'g')

const isItem = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && ('bbox_2d' in value || 'points' in value)

type FreeItems = Readonly<Record<ReturnType<typeof listOfLabel>, Record<string, unknown>[]>>

/** Boxes that stand alone in an answer's `\boxed{…}`: nothing tells what is in them. */
const boxesIn = (boxed: string): Record<string, unknown>[] =>
  [...boxed.matchAll(FOUR_NUMBERS)].map((match) => ({ bbox_2d: match.slice(1, 5).map(Number) }))

/**
 * MiMo-Embodied's own lists, `[{"bbox_2d": [x1, y1, x2, y2], "label": "…"}, …]` with `points` for a box and `caption` for a
 * label in some tasks, sorted into the lists of our answer by what their labels say. Undefined when there is none.
 */
export const freeItems = (text: string): FreeItems | undefined => {
  const said = jsonObjectsIn(text).filter(isItem)
  const found = said.length > 0 ? said : boxesIn(lastBoxed(text) ?? '')
  if (found.length === 0) return undefined
  const lists: FreeItems = { objects: [], traffic_lights: [], signs: [] }
  for (const item of found) {
    const named = item.label ?? item.caption ?? ''
    const label = typeof named === 'string' ? named : ''
    lists[listOfLabel(label)].push({ ...item, label, text: label, state: item.state ?? stateWordIn(label) })
  }
  return lists
}
