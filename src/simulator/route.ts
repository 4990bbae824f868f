import type { MessageInitShape } from '@bufbuild/protobuf'
import { RouteCommand_Command, type RouteCommandSchema } from '#messages'

/** The street has no junction to turn at: follow it. */
export const routeCommand = (captureTimeNs: bigint): MessageInitShape<typeof RouteCommandSchema> => ({
  captureTimeNs,
  command: RouteCommand_Command.STRAIGHT,
})
