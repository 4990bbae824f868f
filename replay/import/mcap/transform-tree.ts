import {
  composeTransforms,
  IDENTITY_TRANSFORM,
  interpolateTransforms,
  invertTransform,
  type Transform,
} from '#geometry'
import { secondsBetween } from '#messages'
import type { ForeignTransform } from './foreign-message.ts'

/** A pose that a chain of transforms gives at an instant. */
export interface TrackedPose {
  /** ns since the Unix epoch. */
  readonly timeNs: bigint
  readonly arrivalNs: bigint
  readonly targetFromSource: Transform
}

interface Sample {
  readonly timeNs: bigint
  readonly arrivalNs: bigint
  readonly parentFromChild: Transform
}

interface Link {
  readonly parent: string
  readonly samples: Sample[]
}

export interface TransformTree {
  readonly frames: readonly string[]
  /** By the first transform of each link, for what does not move against each other; undefined where no chain joins them. */
  between(target: string, source: string): Transform | undefined
  /**
   * Each time that the busiest link of the chain changed, the others interpolated; undefined where `target` is no
   * ancestor of `source`.
   */
  track(target: string, source: string): readonly TrackedPose[] | undefined
}

/** ROS and Foxglove alike: each frame has one parent, the last that was said; ROS 1's leading slash counts for nothing. */
export const createTransformTree = (
  transforms: readonly (ForeignTransform & { readonly arrivalNs: bigint })[],
): TransformTree => {
  const links = new Map<string, Link>()
  for (const { timeNs, arrivalNs, parent, child, parentFromChild } of transforms) {
    const known = links.get(bare(child))
    const link = known?.parent === bare(parent) ? known : { parent: bare(parent), samples: [] }
    link.samples.push({ timeNs, arrivalNs, parentFromChild })
    links.set(bare(child), link)
  }
  for (const { samples } of links.values())
    samples.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0))

  /** The frame and its ancestors; ends where a ring would close. */
  const lineage = (frame: string): readonly string[] => {
    const line = [frame]
    for (let link = links.get(frame); link && !line.includes(link.parent); link = links.get(link.parent)) {
      line.push(link.parent)
    }
    return line
  }
  const toAncestor = (line: readonly string[], ancestor: string): Transform =>
    line
      .slice(0, line.indexOf(ancestor))
      .reduce<Transform>(
        (childFromSource, frame) => composeTransforms(links.get(frame)!.samples[0]!.parentFromChild, childFromSource),
        IDENTITY_TRANSFORM,
      )

  return {
    frames: [...new Set([...links].flatMap(([child, { parent }]) => [parent, child]))].sort(),
    between: (target, source) => {
      const [up, down] = [lineage(bare(source)), lineage(bare(target))]
      const common = up.find((frame) => down.includes(frame))
      if (common === undefined) return undefined
      return composeTransforms(invertTransform(toAncestor(down, common)), toAncestor(up, common))
    },
    track: (target, source) => {
      const line = lineage(bare(source))
      const end = line.indexOf(bare(target))
      if (end < 1) return undefined
      const chain = line.slice(0, end).map((frame) => links.get(frame)!.samples)
      const busiest = chain.reduce((most, samples) => (samples.length > most.length ? samples : most))
      const readers = chain.map(createInterpolation)
      return busiest.map(({ timeNs, arrivalNs }) => ({
        timeNs,
        arrivalNs,
        targetFromSource: readers.reduce<Transform>(
          (childFromSource, at) => composeTransforms(at(timeNs), childFromSource),
          IDENTITY_TRANSFORM,
        ),
      }))
    },
  }
}

const bare = (frame: string): string => frame.replace(/^\//, '')

/** Between the samples around an instant; before the first and after the last those themselves. Instants must not go back. */
const createInterpolation = (samples: readonly Sample[]): ((timeNs: bigint) => Transform) => {
  let next = 0
  return (timeNs) => {
    while (next < samples.length && samples[next]!.timeNs <= timeNs) next += 1
    const [before, after] = [samples[next - 1], samples[next]]
    if (!before || !after) return (before ?? after)!.parentFromChild
    const fraction = secondsBetween(before.timeNs, timeNs) / secondsBetween(before.timeNs, after.timeNs)
    return interpolateTransforms(before.parentFromChild, after.parentFromChild, fraction)
  }
}
