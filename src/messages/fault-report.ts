import type { Fault } from './generated/outrider/Fault_pb.ts'

/** A fault as the room that saw it tells it; the pipeline stamps and counts it. */
export type FaultReport = Readonly<Pick<Fault, 'source' | 'code' | 'severity' | 'message' | 'topic'>>
