import { RouteCommand_CommandSchema, RouteCommandSchema } from '#messages'
import { validatePayload } from './payload.ts'
import { malformed, type Sensor } from './sensor.ts'

/** outrider.RouteCommand on /sensors/route: a known command, and a distance of 0 or more where it is there. */
export const routeSensor = (): Sensor => ({
  topic: '/sensors/route',
  timeOffsetMs: 0,
  newestOnly: false,
  validate: (payload) =>
    validatePayload(RouteCommandSchema, payload, ({ captureTimeNs, command, distanceM }) => {
      if (!RouteCommand_CommandSchema.value[command]) {
        return malformed(`expected a command of outrider.RouteCommand; found ${command}`)
      }
      if (distanceM !== undefined && !(Number.isFinite(distanceM) && distanceM >= 0)) {
        return malformed(`expected a distance of 0 m or more; found ${distanceM}`)
      }
      return { captureTimeNs }
    }),
})
