// The face of the sensors: what devices send, checked, and the wire that it comes over.

export type { CameraFacts } from './camera.ts'
export { rigSensors } from './rig-sensors.ts'
export type { Sensor, Validation } from './sensor.ts'
export type { OutputSink, Reception, SensorFault, SensorSource } from './source.ts'
export { type FaultProxy, type FaultProxyOptions, openFaultProxy } from './wire/fault-proxy.ts'
export type { FaultKind, FaultRule } from './wire/fault-script.ts'
export type { WireLimits } from './wire/limits.ts'
export { openWireListener, type WireListener, type WireListenerOptions } from './wire/wire-listener.ts'
export { openWirePublisher, type WirePublisher, type WirePublisherOptions } from './wire/wire-publisher.ts'
export { openWireSink, type WireSinkOptions } from './wire/wire-sink.ts'
export { openWireSource, type WireSourceOptions } from './wire/wire-source.ts'
