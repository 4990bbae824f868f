import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf'

/** Plain values -> protobuf bytes; fields in order of their numbers, so equal values give equal bytes. */
export const encode = <S extends DescMessage>(schema: S, value: MessageInitShape<S>): Uint8Array =>
  toBinary(schema, create(schema, value))

/** Protobuf bytes -> plain values. `bytes` fields are views into `payload`. Throws on bytes that are no protobuf. */
export const decode = <S extends DescMessage>(schema: S, payload: Uint8Array): MessageShape<S> =>
  fromBinary(schema, payload)
