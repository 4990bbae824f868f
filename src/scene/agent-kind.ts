/** What an agent is, as far as its size and motion go. */
export const AGENT_KINDS = [
  'car',
  'truck',
  'bus',
  'trailer',
  'motorcycle',
  'bicycle',
  'pedestrian',
  'animal',
  'cone',
  'barrier',
  'other',
] as const

export type AgentKind = (typeof AGENT_KINDS)[number]

/** First match wins: a bicycle rack is no bicycle, a construction vehicle no car, a school bus no school. */
const WORDS: readonly (readonly [RegExp, AgentKind])[] = [
  [/rack|debris|pushable|pullable/, 'other'],
  [/cone|bollard/, 'cone'],
  [/barrier|fence/, 'barrier'],
  [/trailer|towed|caravan(?!.*bus)(?<!bus.*)/, 'trailer'],
  [/bus(?!iness)|coach|tram|train/, 'bus'],
  [/truck|lorry|construction(?! ?worker)|excavator|crane|tractor/, 'truck'],
  [/motor ?(cycle|bike)|scooter|moped/, 'motorcycle'],
  [/bicycle|bike|cyclist|wheeled slow/, 'bicycle'],
  [/pedestrian|person|people|human|child|worker|man\b|woman\b|police_officer/, 'pedestrian'],
  [/animal|dog|cat\b|horse|deer/, 'animal'],
  [/car\b|cars\b|vehicle|van\b|suv|taxi|sedan|pickup|police|ambulance/, 'car'],
]

/** A data set's or a model's word -> kind, as in vehicle.car, Person or "white van"; `other` for what is none of these. */
export const agentKindOf = (word: string): AgentKind => {
  const plain = word.toLowerCase().replaceAll(/[_-]/g, ' ')
  return WORDS.find(([pattern]) => pattern.test(plain))?.[1] ?? 'other'
}

/** Kinds that one agent may be called in two images: a van is a car or a truck, a rider a bicycle or a person. */
const FAMILIES: readonly (readonly AgentKind[])[] = [
  ['car', 'truck', 'bus', 'trailer'],
  ['motorcycle', 'bicycle', 'pedestrian'],
]

/** Whether two kinds may be one agent. */
export const mayBeOne = (a: AgentKind, b: AgentKind): boolean =>
  a === b || a === 'other' || b === 'other' || FAMILIES.some((family) => family.includes(a) && family.includes(b))
