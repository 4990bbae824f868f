import type { MessageInitShape } from '@bufbuild/protobuf'
import { RouteCommand_Command, type RouteCommandSchema } from '#messages'
import type { Moment, Turn } from './moment.ts'

const COMMANDS: Readonly<Record<Turn, RouteCommand_Command>> = {
  left: RouteCommand_Command.LEFT,
  right: RouteCommand_Command.RIGHT,
  'change-lane-left': RouteCommand_Command.CHANGE_LANE_LEFT,
  'change-lane-right': RouteCommand_Command.CHANGE_LANE_RIGHT,
}

/** Where the ego's way next leads off; straight on while there is nothing to turn at. */
export const routeCommand = (
  { egoPlan: { turn, speedLimitMps } }: Moment,
  captureTimeNs: bigint,
): MessageInitShape<typeof RouteCommandSchema> => ({
  captureTimeNs,
  command: turn ? COMMANDS[turn.kind] : RouteCommand_Command.STRAIGHT,
  ...(turn ? { distanceM: turn.distanceM } : {}),
  speedLimitMps,
})
