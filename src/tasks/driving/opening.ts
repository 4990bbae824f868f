import type { RouteCommand } from '#messages'
import { egoText } from './ego-text.ts'
import type { PlanConfig } from './plan-config.ts'
import { routeText } from './route-text.ts'
import { type ShownFrames, shownText } from './shown-frames.ts'

/** What every question about a frame set must take from the plan's settings to share the plan's prefill. */
export type PlanOpening = Pick<PlanConfig, 'maxPixelsPerView' | 'historyS' | 'frames'>

/** How the plan's text begins, to the letter: behind the media, this is what the driving questions have in common. */
export const openingText = (shown: ShownFrames, route: RouteCommand | undefined, historyS: number): string =>
  `${[shownText(shown), egoText(shown.sets.at(-1)!, historyS), routeText(route)].join('\n')}\n`
