import { createHash } from 'node:crypto'

/**
 * `late`: by `amount` ms. `lost`. `duplicated`: sent `amount` times more, at once. `reordered`: sent behind the next
 * `amount` messages of its topic. `corrupt`: `amount` bytes of its payload changed. `clock-jump`: its capture stamp moved by
 * `amount` ms, back when negative. `stalled`: held until the end of the rule's time, as by a sender that hangs.
 */
export type FaultKind = 'late' | 'lost' | 'duplicated' | 'reordered' | 'corrupt' | 'clock-jump' | 'stalled'

/** One line of a fault script: what happens to which messages. Plain data. */
export interface FaultRule {
  readonly kind: FaultKind
  /** The topic, or its beginning and a star, as in /sensors/camera/*. */
  readonly topic: string
  /** By the messages' own stamps, counted from the first one's; from 0 and without end when absent; ms. */
  readonly fromMs?: number
  readonly untilMs?: number
  /** Of each message that it may strike; 1 when absent. */
  readonly probability?: number
  /** What it means depends on the kind; 1 when absent. */
  readonly amount?: number
}

/** What is known of a message before its faults are chosen. */
export interface ScriptedMessage {
  readonly topic: string
  /** Of its topic, from 0. */
  readonly index: number
  /** By its own stamp, after the first message's; ms. */
  readonly atMs: number
}

/** A byte to be changed: its place as a fraction of the payload's length, and what it is XORed with (1 to 255). */
export interface ByteFlip {
  readonly place: number
  readonly mask: number
}

/** All that happens to one message; of several rules delays, copies, flips and shifts add up. */
export interface FaultActions {
  readonly struckBy: readonly FaultKind[]
  readonly lost: boolean
  readonly delayMs: number
  readonly copies: number
  /** Messages of its topic that go before it. */
  readonly behind: number
  readonly flips: readonly ByteFlip[]
  readonly shiftMs: number
}

const NO_FAULT: FaultActions = {
  struckBy: [],
  lost: false,
  delayMs: 0,
  copies: 0,
  behind: 0,
  flips: [],
  shiftMs: 0,
}

/** What the script does to a message. Pure, and independent of every other message: equal arguments give equal faults. */
export const chooseFaults = (script: readonly FaultRule[], seed: number, message: ScriptedMessage): FaultActions =>
  script.reduce((actions, rule, number) => {
    const { fromMs = 0, untilMs = Number.POSITIVE_INFINITY, probability = 1 } = rule
    if (!matches(rule.topic, message.topic) || message.atMs < fromMs || message.atMs >= untilMs) return actions
    const draw = drawsFrom(seed, number, message)
    return draw(0) < probability ? strike(actions, rule, message, draw) : actions
  }, NO_FAULT)

const strike = (
  actions: FaultActions,
  { kind, amount = 1, untilMs = 0 }: FaultRule,
  { atMs }: ScriptedMessage,
  draw: (n: number) => number,
): FaultActions => {
  const struck = { ...actions, struckBy: [...actions.struckBy, kind] }
  switch (kind) {
    case 'lost':
      return { ...struck, lost: true }
    case 'late':
      return { ...struck, delayMs: actions.delayMs + amount }
    case 'stalled':
      return { ...struck, delayMs: actions.delayMs + Math.max(0, untilMs - atMs) }
    case 'duplicated':
      return { ...struck, copies: actions.copies + amount }
    case 'reordered':
      return { ...struck, behind: actions.behind + amount }
    case 'clock-jump':
      return { ...struck, shiftMs: actions.shiftMs + amount }
    case 'corrupt':
      return {
        ...struck,
        flips: [
          ...actions.flips,
          ...Array.from({ length: amount }, (_, n) => ({
            place: draw(2 * n + 1),
            mask: 1 + Math.floor(draw(2 * n + 2) * 255),
          })),
        ],
      }
  }
}

const matches = (pattern: string, topic: string): boolean =>
  pattern.endsWith('*') ? topic.startsWith(pattern.slice(0, -1)) : topic === pattern

/** Numbers in [0, 1), the n-th by counter: no draw depends on how many were made before it. */
const drawsFrom =
  (seed: number, rule: number, { topic, index }: ScriptedMessage) =>
  (n: number): number =>
    createHash('sha256').update(`${seed}|${rule}|${topic}|${index}|${n}`).digest().readUInt32LE(0) / 2 ** 32
