import { Plan_PathAction as Path, Plan_SpeedAction as Speed } from '#messages'

/** What a sentence says that the ego will do. */
export interface ReasonClaims {
  readonly speeds: readonly Speed[]
  readonly paths: readonly Path[]
}

/** A sentence with one of these tells what may be, not what will be done. */
const HEDGES =
  /\b(?:if|unless|when|once|until|may|might|could|would|ready|prepare[ds]?|preparing|in case|possible|possibly)\b/i
/** A clause with one of these tells what is not done. */
const NEGATIONS = /\b(?:no|not|never|without|instead|cannot|avoid|rather|nothing)\b|n't\b/i
const CLAUSE_ENDS = /[,;:]|\b(?:but|because|since|while|as|and|so|therefore|then|before|after)\b/i

/** A clause about the ego: it names the ego, or nobody, as in an order. */
const EGO = String.raw`^(?:(?:i|we|ego|the ego(?: car| vehicle)?|(?:the|my|our) (?:car|vehicle))\s+)?(?:(?:will|shall|must|should|am|is|are|now|need to|needs to|have to|has to|going to|to|gently|smoothly|slowly|immediately)\s+)*`
const clause = (verbs: string): RegExp => new RegExp(`${EGO}(?:${verbs})`, 'i')

/** Words that make a thing of a deed: a stop sign, a braking car, a left turn lane. */
const NO_THING = String.raw`(?!\s+(?:sign|line|lights?|bar|car|cars|vehicles?|traffic|truck|bus|distance|lane|lanes)\b)`

const SPEED_CLAIMS: readonly (readonly [Speed, RegExp])[] = [
  [
    Speed.STOP,
    clause(String.raw`(?:stop|stopping|halt|halting|come to a (?:full |complete )?(?:stop|halt))\b${NO_THING}`),
  ],
  [
    Speed.DECELERATE,
    clause(
      String.raw`(?:slow down|slowing down|slow(?=$|\s+(?:for|to|behind))|decelerate|decelerating|brake|braking|yield|yielding)\b${NO_THING}`,
    ),
  ],
  [Speed.ACCELERATE, clause(String.raw`(?:accelerate|accelerating|speed up|speeding up)\b${NO_THING}`)],
  [
    Speed.KEEP,
    clause(String.raw`(?:keep|keeping|maintain|maintaining)\s+(?:the |my |our |this )?(?:current )?speed\b`),
  ],
]
const PATH_CLAIMS: readonly (readonly [Path, RegExp])[] = [
  [Path.TURN_LEFT, clause(String.raw`(?:turn|turning)\s+left\b${NO_THING}`)],
  [Path.TURN_RIGHT, clause(String.raw`(?:turn|turning)\s+right\b${NO_THING}`)],
  [Path.CHANGE_LANE_LEFT, clause(String.raw`(?:change|changing)\s+(?:lanes? )?to the left\b`)],
  [Path.CHANGE_LANE_RIGHT, clause(String.raw`(?:change|changing)\s+(?:lanes? )?to the right\b`)],
]

/**
 * Reads plain deeds of the ego out of a reason in English: an order or a statement, without an if and without a not. Misses
 * much, as it is to be believed in what it finds: a sentence about others, or about a stop sign, claims nothing.
 */
export const reasonClaims = (reason: string): ReasonClaims => {
  const clauses = reason
    .split(/[.!?]/)
    .filter((sentence) => !HEDGES.test(sentence))
    .flatMap((sentence) => sentence.split(CLAUSE_ENDS))
    .map((text) => text.trim())
    .filter((text) => text !== '' && !NEGATIONS.test(text))
  const claimed = <Action>(claims: readonly (readonly [Action, RegExp])[]): readonly Action[] =>
    claims.filter(([, pattern]) => clauses.some((text) => pattern.test(text))).map(([action]) => action)
  return { speeds: claimed(SPEED_CLAIMS), paths: claimed(PATH_CLAIMS) }
}
