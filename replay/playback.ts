import { decode, EgoStateSchema, encode, findTopic, restamp, type TapeRecord } from '#messages'
import { type EgoFill, egoFills } from './ego-gaps.ts'
import { createEgoLoop } from './ego-loop.ts'
import { isSensorRecord, type TapeSurvey } from './survey-tape.ts'

/** A message to be sent, its time counted from the beginning at the tape's own speed. */
export interface PlayedMessage {
  /** When to send it; ns. */
  readonly dueNs: bigint
  /** Its capture stamp; ns. */
  readonly offsetNs: bigint
  readonly topic: string
  /** The message with its stamp (ns since the Unix epoch) set; unchanged bytes when the stamp is its own. */
  payload(stampNs: bigint): Uint8Array
  /** Whether it is none of the tape's: ego state between two of the tape's. */
  readonly madeUp: boolean
}

export interface PlaybackOptions {
  readonly loops: number
  /** From the beginning of one turn to that of the next; ns. */
  readonly periodNs: bigint
}

/**
 * The tape's sensor messages in its order, `loops` times; from the second turn on the ego poses go on where the turn
 * before ended. Looped, ego state comes at 20 Hz at least, as from a car: see `egoFills`.
 */
export async function* playback(
  readRecords: () => AsyncIterable<TapeRecord>,
  survey: TapeSurvey,
  { loops, periodNs }: PlaybackOptions,
): AsyncGenerator<PlayedMessage> {
  const egoLoop = createEgoLoop(survey.ego, periodNs)
  const fills = loops > 1 ? egoFills(survey.ego, periodNs) : []
  const fillsInTurn = fills.filter(({ offsetNs }) => offsetNs < periodNs)
  const fillsPastTurn = fills.filter(({ offsetNs }) => offsetNs >= periodNs)

  const fromRecord = (record: TapeRecord, turn: number): PlayedMessage => {
    const shiftNs = BigInt(turn) * periodNs
    const { topic } = record
    return {
      dueNs: record.logTimeNs - survey.firstLogNs + survey.headStartNs + shiftNs,
      offsetNs: record.publishTimeNs - survey.firstStampNs + shiftNs,
      topic,
      madeUp: false,
      payload(stampNs) {
        // A copy: the record's bytes may be a view into a buffer of the reader.
        if (turn === 0 && stampNs === record.publishTimeNs) return record.payload.slice()
        if (turn === 0 || topic !== '/sensors/ego') return restamp(schemaOf(topic), record.payload, stampNs)
        const moved = egoLoop.inTurn(decode(EgoStateSchema, record.payload), turn)
        return encode(EgoStateSchema, { ...moved, captureTimeNs: stampNs })
      },
    }
  }
  const fromFill = (fill: EgoFill, turn: number): PlayedMessage => {
    const offsetNs = fill.offsetNs + BigInt(turn) * periodNs
    return {
      dueNs: offsetNs + survey.headStartNs,
      offsetNs,
      topic: '/sensors/ego',
      madeUp: true,
      payload(stampNs) {
        const from = egoLoop.inTurn(fill.from.state, turn)
        const to = egoLoop.inTurn(fill.to.state, fill.toNextTurn ? turn + 1 : turn)
        return encode(EgoStateSchema, { ...egoLoop.between(from, to, fill.fraction), captureTimeNs: stampNs })
      },
    }
  }

  for (let turn = 0; turn < loops; turn++) {
    const pastTurn = turn === 0 ? [] : fillsPastTurn.map((fill) => fromFill(fill, turn - 1))
    const between = [...pastTurn, ...fillsInTurn.map((fill) => fromFill(fill, turn))]
    for await (const record of readRecords()) {
      if (!isSensorRecord(record)) continue
      const message = fromRecord(record, turn)
      while (between[0] && between[0].dueNs <= message.dueNs) yield between.shift() as PlayedMessage
      yield message
    }
    yield* between
  }
}

const schemaOf = (name: string) => {
  const topic = findTopic(name)
  if (!topic) throw new Error(`${name} is no topic`)
  return topic.schema
}
