import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { constants, getPriority, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { OutriderError } from '#errors'
import type { Engine, EngineInfo } from '../engine.ts'
import type { OnnxEngineOptions } from '../onnx-engine-options.ts'
import { type Answer, type AnswerPart, NOTHING_ANSWERED, type Question } from '../question.ts'
import { bundleHash } from './bundle-hash.ts'
import { fromFailure, PROTOCOL_VERSION, type ToChild, type ToParent } from './protocol.ts'

export interface ModelProcessChange {
  readonly state: 'starting' | 'ready' | 'exited'
  /** How often the process has been started, this time included. */
  readonly starts: number
  readonly detail: string
}

export interface ModelProcessOptions extends OnnxEngineOptions {
  /** Called for each change, the first time before `startModelProcess` returns. */
  readonly onChange?: (change: ModelProcessChange) => void
}

export interface ModelProcess extends Engine {
  /** Ends the process the hard way, as a crash would; it is started again. For tests. */
  kill(): void
}

/** The first restart is immediate, then a crash at once after the start waits; ms. */
const BACK_OFF_MS: readonly number[] = [0, 250, 500, 1000, 2000, 5000]

/** A process that was ready for so long did not crash because of its start; ms. */
const STEADY_AFTER_MS = 10_000

/**
 * How much nicer it is than its parent: its threads fill every core for seconds, and what reads sensors and judges plans
 * goes first. Of a core that two busy threads share, 10 steps leave the other nine of ten parts.
 */
const NICENESS = 10

interface Asked {
  readonly question: Question
  readonly onPart: (part: AnswerPart) => void
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
  sent: boolean
}

/**
 * An engine in a process of its own, which is started again when it dies. A question that was being answered then is
 * rejected with MODEL_PROCESS_EXITED; one that waits for the start goes to the next process. A bundle that cannot be
 * loaded rejects every question with its own code, and the process is not started again.
 */
export const startModelProcess = (options: ModelProcessOptions): ModelProcess => {
  const { onChange, ...engineOptions } = options
  let info: EngineInfo = { engine: 'onnxruntime', bundleSha256: bundleHash(options.bundle) }
  let child: ChildProcess | undefined
  let ready = false
  let starts = 0
  let failures = 0
  let readyAtMs = 0
  let unable: OutriderError | undefined
  let closed = false
  let restart: NodeJS.Timeout | undefined
  let lastId = 0
  const asked = new Map<number, Asked>()
  const change = (state: ModelProcessChange['state'], detail: string): void => onChange?.({ state, starts, detail })
  const send = (message: ToChild): void => {
    child?.send(message, () => undefined)
  }

  const start = (): void => {
    starts++
    ready = false
    change('starting', options.bundle)
    const started = forkChild()
    child = started
    // At once: on Linux, threads that are there already keep their own.
    if (started.pid !== undefined) giveWay(started.pid)
    started.on('message', (message: ToParent) => receive(message))
    // Not started at all: the exit event does not come.
    started.on('error', (error) => started.pid === undefined && exited(error.message))
    started.on('exit', (code, signal) => exited(signal ?? `exit code ${code}`))
    send({ type: 'open', version: PROTOCOL_VERSION, options: engineOptions })
  }

  const sendWaiting = (): void => {
    for (const [id, question] of asked) {
      if (question.sent) continue
      question.sent = true
      send({ type: 'ask', id, question: question.question })
    }
  }

  const receive = (message: ToParent): void => {
    switch (message.type) {
      case 'ready':
        info = message.info
        ready = true
        readyAtMs = performance.now()
        change('ready', '')
        sendWaiting()
        break
      case 'unable':
        unable = fromFailure(message.failure)
        break
      case 'part':
        asked.get(message.id)?.onPart(message.part)
        break
      case 'answer':
        take(message.id)?.resolve(message.answer)
        break
      case 'failed':
        take(message.id)?.reject(fromFailure(message.failure))
        break
    }
  }

  const take = (id: number): Asked | undefined => {
    const question = asked.get(id)
    asked.delete(id)
    return question
  }

  const exited = (how: string): void => {
    const steady = ready && performance.now() - readyAtMs > STEADY_AFTER_MS
    failures = steady ? 0 : failures
    ready = false
    change('exited', closed ? 'closed' : (unable?.message ?? how))
    for (const [id, question] of asked) {
      if (question.sent || unable || closed) take(id)?.reject(unable ?? processExited(how))
    }
    if (closed || unable) return
    restart = setTimeout(start, BACK_OFF_MS[Math.min(failures++, BACK_OFF_MS.length - 1)])
  }

  start()
  return {
    get info() {
      return info
    },
    answer: (question, onPart, signal) =>
      new Promise<Answer>((resolve, reject) => {
        if (unable || closed) {
          reject(unable ?? processExited('closed'))
          return
        }
        const id = ++lastId
        const cut = (): void => {
          const waiting = asked.get(id)
          if (waiting?.sent) send({ type: 'cut', id })
          else if (waiting) take(id)?.resolve(NOTHING_ANSWERED)
        }
        const settle =
          <T>(then: (value: T) => void) =>
          (value: T): void => {
            signal?.removeEventListener('abort', cut)
            then(value)
          }
        asked.set(id, { question, onPart, resolve: settle(resolve), reject: settle(reject), sent: false })
        signal?.addEventListener('abort', cut)
        if (signal?.aborted) cut()
        else if (ready) sendWaiting()
      }),
    kill: () => {
      child?.kill('SIGKILL')
    },
    close: async () => {
      closed = true
      clearTimeout(restart)
      const process = child
      if (!process || process.exitCode !== null || process.signalCode !== null) return
      const gone = new Promise((resolve) => process.once('exit', resolve))
      // Nothing in it needs an orderly end, and a run in progress would delay one.
      process.kill('SIGKILL')
      await gone
    },
  }
}

const processExited = (how: string): OutriderError =>
  new OutriderError({ code: 'MODEL_PROCESS_EXITED', expected: 'an answer of the model process', found: how })

/**
 * The heap may grow fivefold between two full collections: V8 counts the caches, which each token copies, toward the next,
 * and gives a small heap 8 MB, a token or two. So its bound for bytes outside the heap decides, 64 MB.
 */
const FEWER_COLLECTIONS = '--heap-growing-percent=400'

const giveWay = (pid: number): void => {
  setPriority(pid, Math.min(getPriority() + NICENESS, constants.priority.PRIORITY_LOW))
}

/** Beside this file is `child.ts` in the source and `child.js` in the build. */
const forkChild = (): ChildProcess => {
  const fromSource = import.meta.url.endsWith('.ts')
  const tsx = (): string => createRequire(import.meta.url).resolve('tsx')
  return fork(fileURLToPath(new URL(fromSource ? './child.ts' : './child.js', import.meta.url)), [], {
    execArgv: [FEWER_COLLECTIONS, ...(fromSource ? ['--import', tsx(), '--conditions=@outrider/source'] : [])],
    serialization: 'advanced',
    // What it prints would mix with the answer of a command; warnings of libraries are worth seeing.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}
