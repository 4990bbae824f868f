import type { FaultReport, ModelRequest } from '#messages'
import { answerLost, snippet } from '../answer-fault.ts'
import { choice, line, listUpTo } from '../answer-schema.ts'
import type { Task } from '../task.ts'
import { takeApart } from '../thinking.ts'
import type { EmbodiedConfig } from './embodied-config.ts'
import { BOX_SUFFIX, type EmbodiedInput, embodiedRequest, embodiedTokens } from './embodied-request.ts'
import { LETTERS, optionsText, readShortAnswer } from './short-answer.ts'

const NAME = 'embodied/task-plan'

/** As RoboVQA asks. */
const STEPS = 5
const STEP_CHARACTERS = 80
/** More than this after a step's number is no step. */
const FREE_STEP_CHARACTERS = 400

const answerSchema = listUpTo(STEPS, line(STEP_CHARACTERS))

export interface TaskPlanInput extends EmbodiedInput {
  /** As in: put the cup on the shelf. */
  readonly goal: string
  /** Steps taken so far, oldest first. */
  readonly done: readonly string[]
  /** Actions to choose the next from; none: the next steps are asked for in free words. */
  readonly options: readonly string[]
}

/** What to do next. */
export interface TaskPlan {
  /** Of the option chosen, as in B; absent when steps are named. */
  readonly letter?: string
  /** In order; empty when an option is chosen. */
  readonly steps: readonly string[]
  readonly trace: string
}

/** EgoPlan-Bench2's question, to the letter but for the number of options. */
const choiceText = (goal: string, options: readonly string[]): string => `
Select the best answer to the following multiple-choice question based on the video. Respond with only the letter (${lettersText(options.length)}) of the correct option.

Considering the progress shown in the video and my current observation in the last frame, what action should I take next in order to ${goal}?

${optionsText(options)}
${BOX_SUFFIX}`

const lettersText = (count: number): string => {
  const letters = LETTERS.slice(0, count)
  return count < 3 ? letters.join(' or ') : `${letters.slice(0, -1).join(', ')}, or ${letters.at(-1)}`
}

/** RoboVQA's question as MiMo-Embodied was asked it. */
const stepsText = (goal: string, done: readonly string[]): string => {
  const taken = done.map((step, index) => `${index + 1}- ${step}`).join(' ')
  const last = done.length === 0 ? '' : `. last ${done.length} steps: ${taken}`
  return `current goal is: ${goal}${last}. what are the next ${STEPS} step?`
}

const buildTaskPlanRequest = (input: TaskPlanInput): ModelRequest => {
  const { goal, done, options, config } = input
  if (options.length > 0) {
    return embodiedRequest(input, {
      task: NAME,
      text: choiceText(goal, options),
      answerSchema: choice(...LETTERS.slice(0, options.length)),
      longest: answerSchema,
    })
  }
  // RoboVQA's answers are steps at once: MiMo-Embodied was told not to think.
  const unthinking: EmbodiedConfig = { ...config, thinking: { ...config.thinking, mode: 'off' } }
  return embodiedRequest(
    { ...input, config: unthinking },
    { task: NAME, text: stepsText(goal, done), answerSchema, longest: answerSchema },
  )
}

const listIn = (text: string): readonly string[] | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value.filter((step) => typeof step === 'string') : undefined
  } catch {
    return undefined
  }
}

/** `1- … 2- …`, or a line a step. */
const stepsIn = (text: string): readonly string[] => text.split(/(?:^|\s)\d{1,2}\s*[-.):]\s+|\n/)

const parseTaskPlan = (text: string): TaskPlan | { readonly fault: FaultReport } => {
  const { trace, answer = '' } = takeApart(text)
  const list = listIn(answer)
  const letter = list ? undefined : readShortAnswer(text)?.letter
  if (letter !== undefined) return { letter, steps: [], trace }
  const steps = (list ?? stepsIn(answer))
    .map((step) => step.trim())
    .filter((step) => step !== '' && step.length <= FREE_STEP_CHARACTERS)
    .slice(0, STEPS)
  return list || steps.length > 0
    ? { steps, trace }
    : { fault: answerLost(NAME, 'answer-unreadable', 'the letter of an option, or steps', snippet(text)) }
}

/** What a robot or a person should do next to reach a goal. */
export const taskPlanTask: Task<TaskPlanInput, TaskPlan, EmbodiedConfig> = {
  name: NAME,
  answerSchema,
  maxNewTokens: (config) => embodiedTokens(NAME, answerSchema, config),
  buildRequest: buildTaskPlanRequest,
  parse: parseTaskPlan,
}
