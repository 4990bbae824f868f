import { type CameraFacts, cameraSensor, rawCameraSensor } from './camera.ts'
import { egoSensor } from './ego.ts'
import { routeSensor } from './route.ts'
import type { Sensor } from './sensor.ts'

/** Topic -> sensor: all that a car with these cameras may send. */
export const rigSensors = (cameras: readonly CameraFacts[]): ReadonlyMap<string, Sensor> => {
  const sensors = [
    ...cameras.flatMap((camera) => [cameraSensor(camera), rawCameraSensor(camera)]),
    egoSensor(),
    routeSensor(),
  ]
  return new Map(sensors.map((sensor) => [sensor.topic, sensor]))
}
