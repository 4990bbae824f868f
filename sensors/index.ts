// The face of the sensors: what devices send, checked, and the wire that it comes over.

export { type CameraFacts, cameraSensor, rawCameraSensor } from './camera.ts'
export { egoSensor } from './ego.ts'
export { rigSensors } from './rig-sensors.ts'
export { routeSensor } from './route.ts'
export type { PayloadFault, Sensor, Validation } from './sensor.ts'
export type { OutputSink, Reception, SensorFault, SensorSource } from './source.ts'
export { WIRE_LIMITS, type WireLimits } from './wire/limits.ts'
export { openWirePublisher, type WirePublisher, type WirePublisherOptions } from './wire/wire-publisher.ts'
export { openWireSink, type WireSinkOptions } from './wire/wire-sink.ts'
export { openWireSource, type WireSourceOptions } from './wire/wire-source.ts'
