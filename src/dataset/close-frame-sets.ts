// A tape's sensor messages through fusion, as the drive takes them: what training shows, driving shows.
import { createHash } from 'node:crypto'
import type { Rig } from '#calibration'
import {
  admitEgo,
  admitFrame,
  closeDue,
  egoAt,
  type FusionConfig,
  type FusionState,
  type FusionStep,
  initialFusionState,
} from '#fusion'
import type { PlanarPose } from '#geometry'
import {
  cameraTopic,
  decode,
  EgoStateSchema,
  type FrameSet,
  findTopic,
  type RouteCommand,
  RouteCommandSchema,
  type TapeRecord,
  VIEWS,
} from '#messages'

/** A frame set, and what a question about it needs beside it. */
export interface ClosedFrameSet {
  readonly frameSet: FrameSet
  readonly route: RouteCommand | undefined
  /** At the set's instant; undefined where no ego pose is known. */
  readonly mapFromEgo: PlanarPose | undefined
  /** CompressedImage messages by their event stamp. */
  readonly images: ReadonlyMap<bigint, Uint8Array>
}

/** Longer than a frame waits for its set, by far; ns. */
const KEPT_NS = 2_000_000_000n

const VIEW_OF_TOPIC = new Map(VIEWS.map((view) => [cameraTopic(view), view]))

/** Too old or too far in the future at its admission to be used, as the pipeline judges it. */
const isStale = ({ topic, logTimeNs }: TapeRecord, captureTimeNs: bigint): boolean => {
  const ageMs = Number(logTimeNs - captureTimeNs) / 1e6
  return Math.abs(ageMs) > (findTopic(topic)?.staleAfterMs ?? Number.POSITIVE_INFINITY)
}

/** Takes records in the order of the tape; each call returns the sets that it closes. */
export const createFrameSetCloser = (rig: Rig, config: FusionConfig) => {
  const views = rig.cameras.map(({ view }) => view)
  let state: FusionState = initialFusionState
  let route: RouteCommand | undefined
  const images = new Map<bigint, Uint8Array>()

  const take = (step: FusionStep): readonly ClosedFrameSet[] => {
    state = step.state
    return step.closed.map((frameSet) => ({
      frameSet,
      route,
      mapFromEgo: egoAt(state, frameSet.referenceTimeNs, config)?.pose,
      images: new Map(
        frameSet.views.flatMap(({ image }) => {
          const message = image && images.get(image.eventTimeNs)
          return message ? [[image.eventTimeNs, message] as const] : []
        }),
      ),
    }))
  }

  const admit = (record: TapeRecord): readonly ClosedFrameSet[] => {
    const { topic, logTimeNs, publishTimeNs, payload } = record
    const view = VIEW_OF_TOPIC.get(topic)
    const camera = view && rig.cameras.find((candidate) => candidate.view === view)
    if (view && camera) {
      const captureTimeNs = publishTimeNs + BigInt(Math.round(camera.timeOffsetMs * 1e6))
      if (isStale(record, captureTimeNs)) return []
      for (const stamp of images.keys()) if (stamp < logTimeNs - KEPT_NS) images.delete(stamp)
      images.set(logTimeNs, payload)
      const image = { topic, eventTimeNs: logTimeNs, payloadSha256: createHash('sha256').update(payload).digest() }
      return take(admitFrame(state, { view, image, captureTimeNs, eventTimeNs: logTimeNs }, views, config))
    }
    if (topic === '/sensors/route') route = decode(RouteCommandSchema, payload)
    if (topic === '/sensors/ego') {
      const ego = decode(EgoStateSchema, payload)
      if (!isStale(record, ego.captureTimeNs)) state = admitEgo(state, ego, logTimeNs, config).state
    }
    return []
  }

  return (record: TapeRecord): readonly ClosedFrameSet[] => {
    // The pipeline closes what is due at its events, and truth is none.
    if (findTopic(record.topic)?.producer !== 'outside') return []
    const due = take(closeDue(state, record.logTimeNs, views, config))
    return [...due, ...admit(record)]
  }
}
