// The face of the log room: the MCAP tape, written, read and verified.

export { inspectTape } from './inspection/inspect-tape.ts'
export type { Inspection } from './inspection/inspection.ts'
export { openTape, type TapeOptions, type TapeStats, type TapeWriter } from './open-tape.ts'
export { type ReadOptions, readTape, readTapeHead, type TapeEnd } from './read-tape.ts'
export { type RecoverOptions, type Recovery, recoverTape } from './recover-tape.ts'
export { type ChunkPlace, readTapeIndex } from './tape-index.ts'
export { type Damage, type Verification, verifyTape } from './verify-tape.ts'
export { zstdDecompress, zstdReady } from './zstd.ts'
