import { z } from 'zod'

const limit = (value: number, why: string) => z.number().positive().default(value).describe(why)

/** When a plan contradicts what it says, or what is seen. Wide: a plan that is merely clumsy contradicts nothing. */
export const guardConfig = z.strictObject({
  stoppedMps: limit(
    2,
    'slower is stopping: the label that plans are trained with (Senna: below 2 m/s in the horizon); m/s',
  ),
  leastStoppingMps2: limit(
    1,
    'a stop from high speed need not end within 4 s, but brakes at least so; comfortable is 2; m/s^2',
  ),
  speedChangeMps: limit(1, 'against what is said: more than rounding and a breath on the pedal; m/s'),
  keptSpeedMps: limit(3, 'keeping speed is changing it by less (Senna: 3 m/s in the horizon); m/s'),
  turnRad: limit(0.1, 'against the turn that is said: 5.7 degrees, more than a lane bends by itself (Senna: 5); rad'),
  straightRad: limit(0.79, 'more is a turn, not a bend of the road: 45 degrees in 4 s; rad'),
  laneShiftM: limit(1, 'to the other side than the lane change that is said, on a straight road; m'),
  leastEasingMps2: limit(0.5, 'before a red light however far: a foot off the pedal; m/s^2'),
  meetingHorizonS: limit(3, "how far ahead agents are believed in: nuPlan's horizon for time to collision; s"),
  evidenceMaxAgeS: limit(1, 'between plan and what is held against it: at 14 m/s the road is another; s'),
})

export type GuardConfig = z.infer<typeof guardConfig>
