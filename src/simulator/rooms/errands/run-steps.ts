import type { ErrandGoal, ErrandPlace, ErrandScene, ErrandThing } from './errand-scene.ts'

export type Action =
  | { readonly kind: 'open' | 'close'; readonly place: string }
  | { readonly kind: 'pick up'; readonly thing: string }
  | { readonly kind: 'put'; readonly thing: string; readonly how: 'on' | 'in'; readonly place: string }

export const stepText = (action: Action): string => {
  switch (action.kind) {
    case 'put':
      return `put ${action.thing} ${action.how} ${action.place}`
    case 'pick up':
      return `pick up ${action.thing}`
    default:
      return `${action.kind} ${action.place}`
  }
}

/** What a step says, or undefined: capitals, a full stop and «into» and «onto» do not matter. */
export const readStep = (text: string): Action | undefined => {
  const words = text.trim().toLowerCase().replace(/\.$/, '').replace(/\s+/g, ' ')
  const toggled = /^(open|close) (the .+)$/.exec(words)
  if (toggled) return { kind: toggled[1] as 'open' | 'close', place: toggled[2]! }
  const picked = /^(?:pick up|take) (the .+)$/.exec(words)
  if (picked) return { kind: 'pick up', thing: picked[1]! }
  const put = /^(?:put|place) (the .+?) (on|in)(?:to)? (the .+)$/.exec(words)
  return put ? { kind: 'put', thing: put[1]!, how: put[2] as 'on' | 'in', place: put[3]! } : undefined
}

export type Outcome = { readonly scene: ErrandScene } | { readonly refused: string }

const refused = (why: string): Outcome => ({ refused: why })

/** The scene after an action, or why it cannot be done: one hand, no hand through a closed front, nothing from under another. */
export const runAction = (scene: ErrandScene, action: Action): Outcome => {
  switch (action.kind) {
    case 'open':
    case 'close':
      return toggle(scene, action.place, action.kind === 'open')
    case 'pick up':
      return pickUp(scene, action.thing)
    case 'put':
      return put(scene, action.thing, action.how, action.place)
  }
}

const toggle = (scene: ErrandScene, name: string, open: boolean): Outcome => {
  const place = scene.places.find((each) => each.name === name)
  if (place?.open === undefined) return refused(`nothing called ${name} opens`)
  if (place.open === open) return refused(`${name} is ${open ? 'open' : 'closed'} already`)
  if (scene.holding !== undefined) return refused('the hand is full')
  return { scene: { ...scene, places: scene.places.map((each) => (each === place ? { ...each, open } : each)) } }
}

const pickUp = (scene: ErrandScene, name: string): Outcome => {
  const thing = scene.things.find((each) => each.name === name)
  if (!thing) return refused(`there is no ${name}`)
  if (scene.holding !== undefined) return refused('the hand is full')
  if (!thing.portable) return refused(`${name} is too large for a hand`)
  if (scene.things.some(({ standsOn }) => standsOn === name)) return refused(`something is on or in ${name}`)
  if (isShut(scene, thing.standsOn)) return refused(`${thing.standsOn} is closed`)
  return { scene: { ...scene, holding: name, things: moved(scene, name, '') } }
}

const put = (scene: ErrandScene, name: string, how: 'on' | 'in', onto: string): Outcome => {
  if (scene.holding !== name) return refused(`${name} is not in the hand`)
  const place = scene.places.find((each) => each.name === onto)
  const host = scene.things.find((each) => each.name === onto && each.name !== name)
  const why = place ? refusalOfPlace(place, how) : host ? refusalOfHost(scene, host, name, how) : `there is no ${onto}`
  if (why !== undefined) return refused(why)
  const { holding: _, ...rest } = scene
  return { scene: { ...rest, things: moved(scene, name, onto) } }
}

const refusalOfPlace = (place: ErrandPlace, how: 'on' | 'in'): string | undefined => {
  if (place.how !== how) return `nothing is put ${how} ${place.name}`
  return place.open === false ? `${place.name} is closed` : undefined
}

const refusalOfHost = (scene: ErrandScene, host: ErrandThing, name: string, how: 'on' | 'in'): string | undefined => {
  if (host.holds?.how !== how) return `nothing is put ${how} ${host.name}`
  if (scene.things.some(({ standsOn }) => standsOn === host.name)) return `${host.name} is taken`
  const thing = scene.things.find((each) => each.name === name)
  return thing && thing.radiusM > host.holds.radiusM ? `${name} is too large for ${host.name}` : undefined
}

const isShut = ({ places }: ErrandScene, name: string): boolean =>
  places.some((place) => place.name === name && place.open === false)

const moved = ({ things }: ErrandScene, name: string, standsOn: string): readonly ErrandThing[] =>
  things.map((thing) => (thing.name === name ? { ...thing, standsOn } : thing))

export const isReached = ({ things, places }: ErrandScene, { thing, place, open }: ErrandGoal): boolean =>
  (thing === undefined || things.some(({ name, standsOn }) => name === thing && standsOn === place)) &&
  (open === undefined || places.some((each) => each.name === place && each.open === open))

/** What steps lead to: how many could be done, and whether the goal is reached after the last. */
export interface Run {
  readonly done: number
  readonly reached: boolean
  /** Why the next could not be done; absent when all could. */
  readonly refused?: string
}

export const runSteps = (begin: ErrandScene, goal: ErrandGoal, steps: readonly string[]): Run => {
  let scene = begin
  for (const [done, text] of steps.entries()) {
    const action = readStep(text)
    const outcome = action ? runAction(scene, action) : refused(`not a step: ${text}`)
    if ('refused' in outcome) return { done, reached: false, refused: outcome.refused }
    scene = outcome.scene
  }
  return { done: steps.length, reached: isReached(scene, goal) }
}
