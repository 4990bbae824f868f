import { normaliseAngle, type PlanarBox, planarBoxCorners } from '#geometry'
import { isDrivable, lanesAt, type Road } from './road.ts'

/** Where the ego's body is. */
export interface EgoArea {
  /** Corners in several lanes, and no lane that holds all four. */
  readonly inSeveralLanes: boolean
  /** A corner off everything that may be driven on. */
  readonly offDrivable: boolean
  /** Its middle in a lane of the other direction, and in none of its own. */
  readonly oncoming: boolean
  readonly inJunction: boolean
}

export const egoArea = (body: PlanarBox, road: Road): EgoArea => {
  const corners = planarBoxCorners(body)
  const cornersByLane = new Map<string, number>()
  for (const corner of corners) {
    for (const { lane } of lanesAt(road, corner)) cornersByLane.set(lane.id, (cornersByLane.get(lane.id) ?? 0) + 1)
  }
  const around = lanesAt(road, body.pose)
  const isAlong = (headingRad: number): boolean =>
    Math.abs(normaliseAngle(headingRad - body.pose.headingRad)) < Math.PI / 2
  return {
    inSeveralLanes: cornersByLane.size > 1 && ![...cornersByLane.values()].includes(corners.length),
    offDrivable: corners.some((corner) => !isDrivable(road, corner)),
    oncoming: around.length > 0 && !around.some(({ headingRad }) => isAlong(headingRad)),
    inJunction: around.some(({ lane }) => lane.inJunction),
  }
}
