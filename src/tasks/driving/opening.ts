import type { FrameSet, RouteCommand } from '#messages'
import { egoText } from './ego-text.ts'
import type { PlanConfig } from './plan-config.ts'
import { routeText } from './route-text.ts'
import { viewsText } from './surround.ts'

/** What every question about a frame set must take from the plan's settings to share the plan's prefill. */
export type PlanOpening = Pick<PlanConfig, 'maxPixelsPerView' | 'historyS'>

/** How the plan's text begins, to the letter: behind the images, this is what the driving questions have in common. */
export const openingText = (frameSet: FrameSet, route: RouteCommand | undefined, historyS: number): string =>
  `${[viewsText(frameSet), egoText(frameSet, historyS), routeText(route)].join('\n')}\n`
