import { type AgentKind, agentKindOf } from '#scene'

/** Classes of nuScenes' detection task (nuscenes.eval.detection.constants). */
export type DetectionName =
  | 'car'
  | 'truck'
  | 'bus'
  | 'trailer'
  | 'construction_vehicle'
  | 'pedestrian'
  | 'motorcycle'
  | 'bicycle'
  | 'traffic_cone'
  | 'barrier'

/** Classes of its tracking task (nuscenes.eval.tracking, tracking_nips_2019). */
export const TRACKING_NAMES: ReadonlySet<DetectionName> = new Set([
  'bicycle',
  'bus',
  'car',
  'motorcycle',
  'pedestrian',
  'trailer',
  'truck',
])

/** The devkit's category_to_detection_name. */
const OF_CATEGORY: Readonly<Record<string, DetectionName>> = {
  'movable_object.barrier': 'barrier',
  'vehicle.bicycle': 'bicycle',
  'vehicle.bus.bendy': 'bus',
  'vehicle.bus.rigid': 'bus',
  'vehicle.car': 'car',
  'vehicle.construction': 'construction_vehicle',
  'vehicle.motorcycle': 'motorcycle',
  'human.pedestrian.adult': 'pedestrian',
  'human.pedestrian.child': 'pedestrian',
  'human.pedestrian.construction_worker': 'pedestrian',
  'human.pedestrian.police_officer': 'pedestrian',
  'movable_object.trafficcone': 'traffic_cone',
  'vehicle.trailer': 'trailer',
  'vehicle.truck': 'truck',
}
const IS_CATEGORY = /^(animal|human|movable_object|static_object|vehicle)(\.|$)/

const OF_KIND: Readonly<Partial<Record<AgentKind, DetectionName>>> = {
  car: 'car',
  truck: 'truck',
  bus: 'bus',
  trailer: 'trailer',
  motorcycle: 'motorcycle',
  bicycle: 'bicycle',
  pedestrian: 'pedestrian',
  cone: 'traffic_cone',
  barrier: 'barrier',
}

/** nuScenes' own category by the devkit's table, any other word by what it means; undefined for what the task has no class for. */
export const detectionNameOf = (label: string): DetectionName | undefined => {
  if (IS_CATEGORY.test(label)) return Object.hasOwn(OF_CATEGORY, label) ? OF_CATEGORY[label] : undefined
  // Before the kinds, to which it is a truck.
  if (/construction|excavator|crane|bulldozer|road ?roller/i.test(label) && !/worker|cone|barrier/i.test(label)) {
    return 'construction_vehicle'
  }
  return OF_KIND[agentKindOf(label)]
}

/** Slower is standing, as in mmdetection3d's nuScenes data set; m/s. */
const MOVING_MPS = 0.2

/** What the task calls an attribute, as far as speed tells it; empty where it does not. */
export const attributeOf = (name: DetectionName, speedMps: number | undefined): string => {
  if (name === 'traffic_cone' || name === 'barrier' || speedMps === undefined) return ''
  const moves = speedMps > MOVING_MPS
  if (name === 'pedestrian') return moves ? 'pedestrian.moving' : 'pedestrian.standing'
  if (name === 'bicycle' || name === 'motorcycle') return moves ? 'cycle.with_rider' : 'cycle.without_rider'
  return moves ? 'vehicle.moving' : 'vehicle.parked'
}
