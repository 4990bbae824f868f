import type { Engine, Question } from '#model'

/** How many a list has: random weights leave lists empty or fill them. */
const ITEMS: Readonly<Record<string, number>> = { objects: 6, traffic_lights: 1, signs: 1, agents: 6 }

/** On the road ahead in a front view of 448x252, so that there is somebody to predict: x1, y1, x2, y2; pixels. */
const AHEAD = [
  [150, 190],
  [110, 125],
  [240, 290],
  [160, 200],
] as const

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly prefixItems?: readonly Schema[]
}

const pinned = (key: string, schema: Schema): Schema => {
  if (key in ITEMS) return { ...schema, minItems: ITEMS[key], maxItems: ITEMS[key] } as Schema
  if (key === 'view') return { ...schema, enum: ['front'] } as Schema
  if (key !== 'bbox_2d') return schema
  const prefixItems = schema.prefixItems!.map((side, at) => ({
    ...side,
    minimum: AHEAD[at]![0],
    maximum: AHEAD[at]![1],
  }))
  return { ...schema, prefixItems }
}

const onStreet = (question: Question): Question => {
  if (!question.answerSchema) return question
  const answerSchema = JSON.parse(JSON.stringify(question.answerSchema), (key, value) =>
    typeof value === 'object' ? pinned(key, value) : value,
  )
  return { ...question, answerSchema }
}

/** The same engine, whose answers are as long as a street's: six objects ahead, a light, a sign, six agents. */
export const seeingAStreet = (engine: Engine): Engine => ({
  get info() {
    return engine.info
  },
  answer: (question, ...rest) => engine.answer(onStreet(question), ...rest),
  close: () => engine.close(),
})
