import { type Box2, imageBox } from '#geometry'
import { type ImageBox, type ImageSizes, PixelSpace, VIEWS, type View } from '#messages'
import { type AgentInEgo, agentsInEgo } from './agents-in-ego.ts'
import type { DrivingScene } from './scene.ts'
import { AGENT_SIGHT, boxInImage, isInSight } from './sight.ts'

/** What one image shows of one agent. */
export interface VisibleAgent {
  readonly agent: AgentInEgo
  /** Around what of it can be seen. */
  readonly box: ImageBox
  readonly pixels: Box2
  readonly visibleFraction: number
}

const rankOf = ({ box }: VisibleAgent): number => VIEWS.indexOf(box.image?.view as View)

/** By view, then from left to right. */
export const alongViews = (a: VisibleAgent, b: VisibleAgent): number =>
  rankOf(a) - rankOf(b) || a.pixels.minX - b.pixels.minX

/** Everyone whom the shown images show, once an image: by view, then from left to right. */
export const visibleAgents = (scene: DrivingScene, imageSizes: readonly ImageSizes[]): readonly VisibleAgent[] => {
  const agents = new Map(agentsInEgo(scene).map((agent) => [agent.agent.id, agent]))
  return scene.imageBoxes
    .flatMap(({ view, boxes }) => {
      const image = imageSizes.find((sizes) => sizes.view === view)
      const isShown = scene.frameSet.views.some((shown) => shown.view === view)
      if (!image || !isShown) return []
      return boxes.flatMap((found) => {
        const agent = agents.get(found.agentId)
        const { seenMinX: minX, seenMinY: minY, seenMaxX: maxX, seenMaxY: maxY, visibleFraction = 1 } = found
        if (!agent || minX === undefined || minY === undefined || maxX === undefined || maxY === undefined) return []
        const pixels = boxInImage({ minX, minY, maxX, maxY }, image)
        if (!isInSight(pixels, visibleFraction, image, AGENT_SIGHT)) return []
        return [{ agent, pixels, visibleFraction, box: imageBox(image, PixelSpace.ORIGINAL, pixels) }]
      })
    })
    .toSorted(alongViews)
}
