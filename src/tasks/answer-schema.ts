/** The finite part of JSON Schema that answers are decoded under: every answer has a longest form. */
export type AnswerSchema = ObjectSchema | ListSchema | TupleSchema | ChoiceSchema | LineSchema | FixedPointSchema

/** Keys in the order they stand here, all there, no others. */
export interface ObjectSchema {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, AnswerSchema>>
  readonly required: readonly string[]
  readonly additionalProperties: false
}

/** As many items of one kind as the bounds say; where these differ the model ends it. */
export interface ListSchema {
  readonly type: 'array'
  readonly items: AnswerSchema
  readonly minItems: number
  readonly maxItems: number
}

/** Always these items. */
export interface TupleSchema {
  readonly type: 'array'
  readonly prefixItems: readonly AnswerSchema[]
  readonly items: false
  readonly minItems: number
  readonly maxItems: number
}

export interface ChoiceSchema {
  readonly type: 'string'
  readonly enum: readonly string[]
}

/** Text of one byte a character, none of which JSON escapes. */
export interface LineSchema {
  readonly type: 'string'
  readonly maxLength: number
  readonly pattern: string
}

/** Written with as many decimals as `multipleOf` has; none for 1. */
export interface FixedPointSchema {
  readonly type: 'number'
  readonly minimum: number
  readonly maximum: number
  readonly multipleOf: number
}

export const object = (properties: Readonly<Record<string, AnswerSchema>>): ObjectSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

export const listOf = (length: number, items: AnswerSchema): ListSchema => ({
  type: 'array',
  items,
  minItems: length,
  maxItems: length,
})

/** The model ends it where it likes, at `most` items at the latest. */
export const listUpTo = (most: number, items: AnswerSchema): ListSchema => ({
  type: 'array',
  items,
  minItems: 0,
  maxItems: most,
})

export const tuple = (...prefixItems: readonly AnswerSchema[]): TupleSchema => ({
  type: 'array',
  prefixItems,
  items: false,
  minItems: prefixItems.length,
  maxItems: prefixItems.length,
})

export const choice = (...values: readonly string[]): ChoiceSchema => ({ type: 'string', enum: values })

/** Printable ASCII but for the quote and the backslash. */
export const line = (maxLength: number): LineSchema => ({ type: 'string', maxLength, pattern: '^[ !#-\\[\\]-~]*$' })

export const hundredths = (minimum: number, maximum: number): FixedPointSchema => ({
  type: 'number',
  minimum,
  maximum,
  multipleOf: 0.01,
})

export const whole = (minimum: number, maximum: number): FixedPointSchema => ({
  type: 'number',
  minimum,
  maximum,
  multipleOf: 1,
})
