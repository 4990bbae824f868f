import type { CrossingDraft } from '../network/draft.ts'
import { layRoad } from '../road.ts'
import { BEHIND_M, chainOf, throughRoad, turned } from './along-roads.ts'
import type { Family } from './family.ts'
import { bend, straight } from './pieces.ts'

/** How far before its end a road has nothing to cross; m. */
const LAST_M = 12

/** People are what this one is about: elsewhere hardly one stop in forty is for them, and a driver has to know them everywhere. */
export const SHOPPING_STREET: Family = {
  name: 'shopping-street',
  summary: 'people who cross every few dozen metres, at stripes or just there',
  heldOut: false,
  draw(choices) {
    const setting = choices.pick(['suburb', 'suburb', 'city'] as const)
    const limitKmh = choices.pick([30, 30, 40, 50])
    const bent = bend(choices.between(35, 120), choices.pick([1, -1]) * choices.between(0.1, 0.7))
    const pieces = [straight(BEHIND_M + choices.whole(40, 110)), ...bent, straight(choices.whole(50, 120))]
    const begin = turned(choices)
    const { lengthM } = layRoad(begin, pieces)
    const crossings: CrossingDraft[] = []
    for (let atM = BEHIND_M + choices.between(18, 45); atM < lengthM - LAST_M; atM += choices.between(30, 75)) {
      crossings.push({
        id: `road-0-crossing-${crossings.length}`,
        roadId: 'road-0',
        stationM: atM,
        painted: choices.chance(0.65),
      })
    }
    const stretches = [
      { id: 'road-0', pieces, limitKmh },
      { id: 'road-1', pieces: [straight(300)], limitKmh },
    ]
    return throughRoad({
      setting,
      roads: chainOf(begin, stretches, {
        forward: 1,
        backward: 1,
        shoulderM: choices.pick([0, 0, 1.6, 2.2]),
        pavementM: choices.between(2, 3.2),
      }),
      crossings,
      traffic: choices.between(0, 0.3),
      people: 1,
    })
  },
}
