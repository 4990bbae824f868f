import {
  CompressedImageSchema,
  decode,
  EgoStateSchema,
  encode,
  FaultSchema,
  ModelAnswer_Finish,
  ModelAnswerSchema,
  ModelState_State,
  ModelStateSchema,
  RouteCommand_Command,
  RouteCommandSchema,
  type TapeRecord,
} from '#messages'
import { edit, indexOf, isEvent, type Mutation, type Mutations, nameOf, spliced } from './mutation.ts'

const on =
  (topic: string) =>
  (record: TapeRecord): boolean =>
    record.topic === topic

const isAfterTheFirst = (record: TapeRecord): boolean => isEvent(record) && record.topic !== '/pipeline/config'

/** An event and the next one change places, what came of each stays; `stamped` says whether their stamps go with them. */
const swapped =
  (stamped: boolean): Mutation =>
  (records, random) => {
    const nextEvent = (at: number): number => records.findIndex((record, index) => index > at && isEvent(record))
    const at = indexOf(records, random, (record, index) => isAfterTheFirst(record) && nextEvent(index) > 0)
    if (at === undefined) return undefined
    const next = nextEvent(at)
    const [first, second] = [records[at]!, records[next]!]
    const [early, late] = stamped
      ? [second, first]
      : [
          { ...second, logTimeNs: first.logTimeNs },
          { ...first, logTimeNs: second.logTimeNs },
        ]
    return {
      records: spliced(spliced(records, at, 1, early), next, 1, late),
      what: `${nameOf(first)} and ${nameOf(second)}`,
    }
  }

const dropped =
  (fits: (record: TapeRecord) => boolean): Mutation =>
  (records, random) => {
    const at = indexOf(records, random, fits)
    return at === undefined ? undefined : { records: spliced(records, at, 1), what: nameOf(records[at]!) }
  }

const doubled =
  (laterNs: bigint): Mutation =>
  (records, random) => {
    const at = indexOf(records, random, isAfterTheFirst)
    if (at === undefined) return undefined
    const record = records[at]!
    const second = { ...record, logTimeNs: record.logTimeNs + laterNs }
    // Behind what came of the first one.
    const behind = records.findIndex((other, index) => index > at && other.logTimeNs > record.logTimeNs)
    const place = behind < 0 ? records.length : behind
    return { records: spliced(records, place, 0, second), what: nameOf(record) }
  }

const isLastPart = ({ topic, payload }: TapeRecord): boolean =>
  topic === '/model/answer' && decode(ModelAnswerSchema, payload).finish !== ModelAnswer_Finish.NONE

const hasText = ({ topic, payload }: TapeRecord): boolean =>
  topic === '/model/answer' && /\d/.test(decode(ModelAnswerSchema, payload).text)

const hasTokens = ({ topic, payload }: TapeRecord): boolean =>
  topic === '/model/answer' && decode(ModelAnswerSchema, payload).tokenIds.length > 0

const otherDigit = (digit: string): string => String((Number(digit) + 1) % 10)

/** Edits of what came from outside, down to one unit of one number. */
export const EVENT_MUTATIONS: Mutations = {
  'two events swapped, each with its stamp': swapped(true),
  'two events swapped, stamps in order': swapped(false),
  'an event dropped': dropped(isAfterTheFirst),
  'a tick dropped': dropped(on('/pipeline/tick')),
  'the end dropped': dropped(on('/pipeline/end')),
  'an event doubled': doubled(0n),
  'an event doubled a nanosecond later': doubled(1n),
  'a capture stamp moved by a nanosecond': edit(isAfterTheFirst, (record) => ({
    ...record,
    publishTimeNs: record.publishTimeNs + 1n,
  })),
  'an admission moved by a nanosecond': edit(isAfterTheFirst, (record) => ({
    ...record,
    logTimeNs: record.logTimeNs + 1n,
  })),
  'the sequence of an event changed': edit(isEvent, (record) => ({ ...record, sequence: record.sequence + 1 })),
  'a speed of the ego changed by 1 mm/s': edit(on('/sensors/ego'), (record) => {
    const state = decode(EgoStateSchema, record.payload)
    if (state.velocityInEgoMps) state.velocityInEgoMps.x += 0.001
    else state.yawRateRadps = (state.yawRateRadps ?? 0) + 0.001
    return { ...record, payload: encode(EgoStateSchema, state) }
  }),
  'a bit of an image changed': edit(
    ({ topic }) => topic.startsWith('/sensors/camera/'),
    (record, random) => {
      const image = decode(CompressedImageSchema, record.payload)
      const data = image.data.slice()
      data[random.whole(0, data.length - 1)]! ^= 1 << random.whole(0, 7)
      return { ...record, payload: encode(CompressedImageSchema, { ...image, data }) }
    },
  ),
  'a route command changed': edit(on('/sensors/route'), (record) => {
    const route = decode(RouteCommandSchema, record.payload)
    const { LEFT, RIGHT } = RouteCommand_Command
    const command = route.command === LEFT ? RIGHT : LEFT
    return { ...record, payload: encode(RouteCommandSchema, { ...route, command }) }
  }),
  'the count of a fault changed': edit(on('/sensors/fault'), (record) => {
    const fault = decode(FaultSchema, record.payload)
    return { ...record, payload: encode(FaultSchema, { ...fault, count: fault.count + 1n }) }
  }),
  'a digit of an answer changed': edit(hasText, (record) => {
    const answer = decode(ModelAnswerSchema, record.payload)
    return { ...record, payload: encode(ModelAnswerSchema, { ...answer, text: answer.text.replace(/\d/, otherDigit) }) }
  }),
  'a token of an answer changed, its text not': edit(hasTokens, (record) => {
    const answer = decode(ModelAnswerSchema, record.payload)
    const [first = 0, ...rest] = answer.tokenIds
    return { ...record, payload: encode(ModelAnswerSchema, { ...answer, tokenIds: [first + 1, ...rest] }) }
  }),
  'an answer made out to be cut': edit(isLastPart, (record) => {
    const answer = decode(ModelAnswerSchema, record.payload)
    const { CUT, STOP } = ModelAnswer_Finish
    const finish = answer.finish === CUT ? STOP : CUT
    return { ...record, payload: encode(ModelAnswerSchema, { ...answer, finish }) }
  }),
  'the model made out to be dead': edit(on('/model/state'), (record) => {
    const { READY, EXITED } = ModelState_State
    const state = decode(ModelStateSchema, record.payload)
    const other = state.state === EXITED ? READY : EXITED
    return { ...record, payload: encode(ModelStateSchema, { ...state, state: other }) }
  }),
}
