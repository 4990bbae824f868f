import { normaliseAngle, type PlanarPoint } from '#geometry'
import { RouteCommand_Command as Command } from '#messages'

/** What of a lane says where it leads: at least two points in the direction of travel; m. */
interface Leading {
  readonly centreLine: readonly PlanarPoint[]
}

/** A lane that turns more than this between its ends leads off; rad. */
const TURNS_RAD = 0.4

const turnOf = ({ centreLine }: Leading): number => {
  const direction = (from: number): number => {
    const [a, b] = [centreLine.at(from)!, centreLine.at(from + 1)!]
    return Math.atan2(b.yM - a.yM, b.xM - a.xM)
  }
  return normaliseAngle(direction(-2) - direction(0))
}

/** Which of the lanes that go on the navigation means, and what it commands behind it: straight on once it has turned. */
export const nextLane = <Lane extends Leading>(
  lanes: readonly Lane[],
  command: Command,
): { readonly lane: Lane; readonly command: Command } | undefined => {
  const wanted = command === Command.LEFT ? 1 : command === Command.RIGHT ? -1 : 0
  const ranked = lanes.map((lane) => ({ lane, turnRad: turnOf(lane) }))
  const turning = ranked
    .filter(({ turnRad }) => wanted !== 0 && turnRad * wanted > TURNS_RAD)
    .toSorted((a, b) => Math.abs(b.turnRad) - Math.abs(a.turnRad))[0]
  if (turning) return { lane: turning.lane, command: Command.STRAIGHT }
  const straight = ranked.toSorted((a, b) => Math.abs(a.turnRad) - Math.abs(b.turnRad))[0]
  return straight && { lane: straight.lane, command }
}
