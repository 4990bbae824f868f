// The face of the model room: answers questions about images and video, and knows no driving.

export { longestAnswerBytes } from './answer-bound.ts'
export type { Engine, EngineInfo } from './engine.ts'
export type { OnnxEngineOptions } from './onnx-engine-options.ts'
export { openOnnxEngine } from './open-onnx-engine.ts'
export { resizeLimits, smartResize } from './preprocess/smart-resize.ts'
export {
  type ModelProcess,
  type ModelProcessChange,
  type ModelProcessOptions,
  startModelProcess,
} from './process/start-model-process.ts'
export { loadChatTemplate } from './prompt/chat-template.ts'
export { loadTokenizer } from './prompt/tokenizer.ts'
export {
  checkPromptBudget,
  type ImageBudget,
  keyValueBytesPerToken,
  type PromptBudget,
  type PromptBudgetInput,
  promptBudget,
} from './prompt-budget.ts'
export {
  type Answer,
  type AnswerPart,
  GREEDY,
  type ImageBytes,
  type Message,
  type Part,
  type Question,
  type Sampling,
} from './question.ts'
export { scriptedEngine } from './scripted-engine.ts'
