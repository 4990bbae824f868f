import { OutriderError } from '#errors'

/** Numbers of one file, row by row. */
export interface NumberTable {
  readonly rows: number
  readonly columns: number
  readonly at: (row: number, column?: number) => number
}

const MAGIC = '\x93NUMPY'

/**
 * A numpy array of doubles with one or two axes, as numpy.save writes it (format versions 1 and 2). Throws OutriderError
 * IMPORT_ARRAY_INVALID that names the file.
 */
export const parseNpy = (bytes: Uint8Array, path: string): NumberTable => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const refuse = (expected: string, found: string): never => {
    throw new OutriderError({ code: 'IMPORT_ARRAY_INVALID', expected: `${path}: ${expected}`, found })
  }
  if (buffer.byteLength < 12 || buffer.toString('latin1', 0, 6) !== MAGIC) {
    refuse('a numpy array', `${buffer.byteLength} bytes that begin ${buffer.toString('hex', 0, 8)}`)
  }
  const long = buffer[6]! >= 2
  const headerAt = long ? 12 : 10
  const dataAt = headerAt + (long ? buffer.readUInt32LE(8) : buffer.readUInt16LE(8))
  const header = buffer.toString('latin1', headerAt, dataAt)
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1]
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1]
  const axes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1]
  if (type !== '<f8' || order === undefined || axes === undefined) {
    refuse('doubles (<f8)', header.trim().slice(0, 120))
  }
  const shape = axes!.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]))
  const [rows, columns = 1] = shape
  if (rows === undefined || shape.length > 2 || !Number.isInteger(rows * columns)) {
    refuse('one or two axes', `shape (${axes})`)
  }
  const expectedBytes = rows! * columns * 8
  if (buffer.byteLength - dataAt !== expectedBytes) {
    refuse(`${expectedBytes} bytes of numbers for shape (${axes})`, `${buffer.byteLength - dataAt}`)
  }
  const [rowStep, columnStep] = order === 'True' ? [1, rows!] : [columns, 1]
  const at = (row: number, column = 0): number =>
    buffer.readDoubleLE(dataAt + (row * rowStep + column * columnStep) * 8)
  return { rows: rows!, columns, at }
}
