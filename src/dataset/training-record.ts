import { cameraTopic, type ModelRequest, VIEWS, type View } from '#messages'
import type { PlanRewardTruth } from './plan-rewards.ts'
import type { WayInView } from './way-ahead.ts'

export type RecordPart = { readonly type: 'text'; readonly text: string } | { readonly type: 'image' }

export interface RecordMessage {
  readonly role: string
  readonly content: readonly RecordPart[]
}

/** What rewards compare an answer with, and guides tell. */
export interface RecordTruth extends Partial<PlanRewardTruth> {
  /** JSON Schema of the answer. */
  readonly schema?: object
  readonly thinks?: boolean
  readonly speed?: string
  readonly path?: string
  readonly way?: readonly WayInView[]
  readonly boxes?: readonly { readonly bbox_2d: readonly number[]; readonly label: string; readonly view: string }[]
}

/** Where a record comes from; records of one group begin with the same prompt. */
export interface RecordMeta {
  readonly group: string
  readonly family: string
  readonly seed: number
  readonly light: string
  readonly weather: string
  readonly slices: readonly string[]
  /** Of going straight on at the same speed; m. */
  readonly constant_velocity_ade_m: number
}

/** One line of a training file: training/outrider_training/record.schema.json. */
export interface TrainingRecord {
  readonly id: string
  readonly task: string
  readonly messages: readonly RecordMessage[]
  /** Relative to the file. */
  readonly images: readonly string[]
  readonly views: readonly View[]
  readonly coordinates: 'resized'
  readonly max_pixels: number
  readonly truth: RecordTruth
  readonly meta: RecordMeta
}

const viewOf = (topic: string): View => {
  const view = VIEWS.find((name) => cameraTopic(name) === topic)
  if (!view) throw new Error(`${topic} is no camera of compressed images`)
  return view
}

/** A request and its answer as messages, and the views of its images in their order. Throws on videos: no engine trains them. */
export const messagesOf = (
  request: ModelRequest,
  answer: string,
): { readonly messages: readonly RecordMessage[]; readonly views: readonly View[] } => {
  const views: View[] = []
  const messages = request.messages.map(({ role, parts }) => ({
    role,
    content: parts.map(({ part }): RecordPart => {
      if (part.case === 'text') return { type: 'text', text: part.value }
      if (part.case !== 'image') throw new Error('training records hold images, not videos')
      views.push(viewOf(part.value.topic))
      return { type: 'image' }
    }),
  }))
  return { messages: [...messages, { role: 'assistant', content: [{ type: 'text', text: answer }] }], views }
}
