import type { ErrandGoal, ErrandScene } from './errand-scene.ts'
import { type Action, isReached, runAction } from './run-steps.ts'

/** The actions that reach a goal, in order; undefined where none are known. Each can be done after those before it. */
export const planErrand = (begin: ErrandScene, goal: ErrandGoal): readonly Action[] | undefined => {
  const actions: Action[] = []
  let scene = begin
  const act = (action: Action | undefined): boolean => {
    const outcome = action && runAction(scene, action)
    if (!outcome || 'refused' in outcome) return false
    actions.push(action)
    scene = outcome.scene
    return true
  }
  const putAside = (name: string): boolean => act({ kind: 'pick up', thing: name }) && act(downOf(scene, name, begin))

  /** Takes away what stands on or in it. */
  const clear = (name: string): boolean => {
    const above = scene.things.find(({ standsOn }) => standsOn === name)
    return !above || (clear(above.name) && putAside(above.name))
  }

  const { thing, place, open } = goal
  if (isReached(scene, goal)) return []
  const isPlace = scene.places.find(({ name }) => name === place)
  if (thing !== undefined) {
    const onto = putOnto(scene, thing, place)
    if (!onto) return undefined
    const inHand = scene.holding === thing
    if (!(inHand && act(onto))) {
      // With a full hand nothing can be opened or cleared.
      if (scene.holding !== undefined && !act(downOf(scene, scene.holding, begin))) return undefined
      if (isPlace?.open === false && !act({ kind: 'open', place })) return undefined
      if (!clear(thing) || (!isPlace && !clear(place))) return undefined
      if (!act({ kind: 'pick up', thing }) || !act(onto)) return undefined
    }
  }
  if (open !== undefined && isPlace?.open !== undefined && !isReached(scene, { place, open })) {
    if (scene.holding !== undefined && !act(downOf(scene, scene.holding, begin))) return undefined
    if (!act({ kind: open ? 'open' : 'close', place })) return undefined
  }
  return isReached(scene, goal) ? actions : undefined
}

const putOnto = ({ places, things }: ErrandScene, thing: string, place: string): Action | undefined => {
  const how = places.find(({ name }) => name === place)?.how ?? things.find(({ name }) => name === place)?.holds?.how
  return how && { kind: 'put', thing, how, place }
}

/** Onto the surface that it stood over, else the first one. */
const downOf = (scene: ErrandScene, thing: string, begin: ErrandScene): Action | undefined => {
  const below = (name: string): string => {
    const on = begin.things.find((each) => each.name === name)?.standsOn
    return on === undefined ? name : below(on)
  }
  const surfaces = scene.places.filter(({ how }) => how === 'on')
  const own = surfaces.find(({ name }) => name === below(thing)) ?? surfaces[0]
  return own && { kind: 'put', thing, how: 'on', place: own.name }
}
