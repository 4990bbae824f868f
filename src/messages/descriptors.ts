import { create, type DescFile, type DescMessage, toBinary } from '@bufbuild/protobuf'
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt'

/**
 * The schema's FileDescriptorSet as bytes, for MCAP and Foxglove: one file per .proto, dependencies first, since strict
 * readers (Rerun, Python's descriptor pool) refuse any other order.
 */
export const fileDescriptorSet = (schema: DescMessage): Uint8Array => {
  const files: DescFile[] = []
  const visit = (file: DescFile): void => {
    if (files.includes(file)) return
    for (const dependency of file.dependencies) visit(dependency)
    files.push(file)
  }
  visit(schema.file)
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files.map((file) => file.proto) }))
}
