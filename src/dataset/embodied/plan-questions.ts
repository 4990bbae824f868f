import {
  type Dice,
  type ErrandGoal,
  type ErrandScene,
  errandSceneOf,
  lookAt,
  planErrand,
  type Room,
  type RoomSight,
  readStep,
  runAction,
  stepText,
  the,
} from '#simulator'
import type { AskedPlan, Asker } from './asked.ts'

/** As many as the question asks for. */
const MOST_STEPS = 5
const OPTIONS = 4

interface Errand {
  readonly goal: ErrandGoal
  readonly words: string
}

/** What could be asked for: each with steps, and only about what the image shows. */
const errandsIn = ({ things, room, of }: RoomSight, scene: ErrandScene): readonly Errand[] => {
  const portable = things.filter(({ thing }) => thing.kind.portable)
  const places = [
    ...scene.places.filter(({ name, how }) => how !== undefined && of(name) !== undefined),
    ...things.flatMap(({ thing }) =>
      thing.model.support ? [{ name: the(thing.name), how: thing.model.support.how }] : [],
    ),
  ]
  const puts = portable.flatMap(({ thing }) =>
    places
      .filter(({ name }) => name !== the(thing.name))
      .map(
        ({ name, how }): Errand => ({
          goal: { thing: the(thing.name), place: name },
          words: `put ${the(thing.name)} ${how} ${name}`,
        }),
      ),
  )
  const toggles = room.fixtures
    .filter(({ name }) => of(name) !== undefined)
    .map(
      ({ name, open }): Errand => ({ goal: { place: name, open: !open }, words: `${open ? 'close' : 'open'} ${name}` }),
    )
  return [...puts, ...toggles]
}

interface Planned extends Errand {
  readonly steps: readonly string[]
}

const withSteps = (scene: ErrandScene, errand: Errand): Planned | undefined => {
  const actions = planErrand(scene, errand.goal)
  if (!actions || actions.length === 0 || actions.length > MOST_STEPS) return undefined
  return { ...errand, steps: actions.map(stepText) }
}

/** Long ones as often as short ones: most errands need two steps. */
const choosePlanned = (planned: readonly Planned[], dice: Dice): Planned | undefined => {
  const lengths = [...new Set(planned.map(({ steps }) => steps.length))]
  if (lengths.length === 0) return undefined
  const length = dice.pick(lengths)
  return dice.pick(planned.filter(({ steps }) => steps.length === length))
}

const aboutIn = (scene: ErrandScene, { goal }: Errand): readonly string[] =>
  scene.things
    .map(({ name }) => name)
    .filter((name) => name === goal.thing || name === goal.place)
    .map((name) => name.slice(4))

const asked = (skill: string, scene: ErrandScene, planned: Planned, rest: Partial<AskedPlan> = {}): AskedPlan => ({
  task: 'task-plan',
  skill,
  goal: planned.words,
  done: [],
  options: [],
  steps: planned.steps,
  errand: { scene, goal: planned.goal },
  about: aboutIn(scene, planned),
  ...rest,
})

const plansIn = (sight: RoomSight, scene: ErrandScene): readonly Planned[] =>
  errandsIn(sight, scene).flatMap((errand) => withSteps(scene, errand) ?? [])

const steps: Asker = (sight, dice) => {
  const scene = errandSceneOf(sight.room)
  const planned = choosePlanned(plansIn(sight, scene), dice)
  return planned && asked('task-plan/steps', scene, planned)
}

const without = (room: Room, name: string): Room => ({
  ...room,
  things: room.things.filter((thing) => thing.name !== name),
})

/** One step is done: a thing is in the hand, which the image does not show, or the drawer has been opened. */
const goOn: Asker = (sight, dice) => {
  const begin = errandSceneOf(sight.room)
  const pickedUp = plansIn(sight, begin).filter(({ steps: [first], goal }) => first === `pick up ${goal.thing}`)
  const planned = choosePlanned(
    pickedUp.filter(({ steps: { length } }) => length > 1),
    dice,
  )
  if (!planned) return undefined
  const first = planErrand(begin, planned.goal)![0]!
  const outcome = runAction(begin, first)
  if ('refused' in outcome) return undefined
  const thing = planned.goal.thing!.slice(4)
  const left: Planned = { ...planned, steps: planned.steps.slice(1) }
  return asked('task-plan/go-on', outcome.scene, left, {
    done: [planned.steps[0]!],
    sight: lookAt(without(sight.room, thing)),
  })
}

/** Which of four actions is the next: the others cannot be done now, or lead no nearer. */
const nextStep: Asker = (sight, dice) => {
  const scene = errandSceneOf(sight.room)
  const all = plansIn(sight, scene)
  const planned = choosePlanned(all, dice)
  if (!planned) return undefined
  const right = planned.steps[0]!
  const others = [...new Set(all.flatMap((each) => each.steps)), ...planned.steps.slice(1)]
  const wrong = [...new Set(dice.shuffled(others))].filter(
    (text) => text !== right && !leadsNearer(scene, planned, text),
  )
  if (wrong.length < OPTIONS - 1) return undefined
  // One of the plan itself, where there is one: the order has to be known.
  const later = wrong.filter((text) => planned.steps.includes(text)).slice(0, 1)
  const rest = wrong.filter((text) => !later.includes(text)).slice(0, OPTIONS - 1 - later.length)
  const options = dice.shuffled([right, ...later, ...rest])
  return asked('task-plan/next', scene, { ...planned, steps: [right] }, { options })
}

const leadsNearer = (scene: ErrandScene, { goal, steps: planned }: Planned, text: string): boolean => {
  const action = readStep(text)
  const outcome = action && runAction(scene, action)
  if (!outcome || 'refused' in outcome) return false
  const left = planErrand(outcome.scene, goal)
  return left !== undefined && left.length < planned.length
}

export const PLAN_ASKERS: readonly Asker[] = [steps, steps, goOn, nextStep]
