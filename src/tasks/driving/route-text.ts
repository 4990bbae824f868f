import { type RouteCommand, RouteCommand_Command } from '#messages'

const WORDS: Readonly<Record<RouteCommand_Command, string>> = {
  [RouteCommand_Command.UNKNOWN]: 'unknown',
  [RouteCommand_Command.STRAIGHT]: 'go straight',
  [RouteCommand_Command.LEFT]: 'turn left',
  [RouteCommand_Command.RIGHT]: 'turn right',
  [RouteCommand_Command.CHANGE_LANE_LEFT]: 'change lane left',
  [RouteCommand_Command.CHANGE_LANE_RIGHT]: 'change lane right',
}

/** Signs and drivers count in whole km/h. */
const KMH = 3.6

/** The navigation's wish in words, and how far off it begins and how fast one may drive here when that is known. */
export const routeText = (route: RouteCommand | undefined): string => {
  const words = WORDS[route?.command as RouteCommand_Command] ?? WORDS[RouteCommand_Command.UNKNOWN]
  const distanceM = route?.distanceM
  const off = distanceM !== undefined && Number.isFinite(distanceM) && words !== 'unknown'
  const limitMps = route?.speedLimitMps
  const limit =
    limitMps !== undefined && Number.isFinite(limitMps) ? ` Speed limit: ${Math.round(limitMps * KMH)} km/h.` : ''
  return `Route: ${words}${off ? ` in ${Math.round(distanceM)} m` : ''}.${limit}`
}
