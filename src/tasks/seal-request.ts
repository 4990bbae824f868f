import { create } from '@bufbuild/protobuf'
import { sha256 } from '@noble/hashes/sha2.js'
import { encode, type ModelRequest, ModelRequestSchema } from '#messages'

/** SHA-256 over the request's encoding without its own hash; 32 bytes. Images count by the hashes that name them. */
export const requestSha256 = (request: ModelRequest): Uint8Array =>
  sha256(encode(ModelRequestSchema, { ...request, requestSha256: new Uint8Array() }))

/** A request before its hash; lists that most questions leave empty may be left out. */
type Unsealed = Omit<ModelRequest, '$typeName' | 'requestSha256' | 'imageSizes' | 'trackIds'> &
  Partial<Pick<ModelRequest, 'imageSizes' | 'trackIds'>>

/** The request with its hash. */
export const sealRequest = (request: Unsealed): ModelRequest => {
  const unsealed = create(ModelRequestSchema, request)
  return { ...unsealed, requestSha256: requestSha256(unsealed) }
}
