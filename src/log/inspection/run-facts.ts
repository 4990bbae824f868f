import { decode, ModelState_State, ModelStateSchema, RunConfigSchema, type TapeRecord } from '#messages'

export interface RunFacts {
  readonly versions: Readonly<Record<string, string>>
  readonly hashes: Readonly<Record<string, string>>
  readonly model: {
    readonly engine: string
    readonly bundleSha256: string
    readonly starts: number
    readonly exits: number
  }
  /** Whether the run ended in order: its last event is there. */
  readonly ended: boolean
}

/** What the run was made from, and how its model process lived. */
export const createRunFacts = () => {
  let versions: Record<string, string> = {}
  let hashes: Record<string, string> = {}
  let ended = false
  const model = { engine: '', bundleSha256: '', starts: 0, exits: 0 }
  return {
    add({ topic, payload }: TapeRecord): void {
      if (topic === '/pipeline/end') ended = true
      if (topic === '/pipeline/config') {
        const config = decode(RunConfigSchema, payload)
        versions = Object.fromEntries(config.versions.map(({ name, value }) => [name, value]))
        hashes = Object.fromEntries(config.hashes.map(({ name, value }) => [name, value]))
      }
      if (topic !== '/model/state') return
      const state = decode(ModelStateSchema, payload)
      model.engine = state.engine || model.engine
      model.bundleSha256 = state.bundleSha256 || model.bundleSha256
      model.starts = Math.max(model.starts, state.starts)
      if (state.state === ModelState_State.EXITED) model.exits += 1
    },
    result: (): RunFacts => ({ versions, hashes, model, ended }),
  }
}
