// The schema of a car's configuration -> docs/configuration.md. Run by `npm run generate`; a test compares.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { carConfig } from '../src/cli/car-config.ts'

interface Node {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
}

function* rowsOf(node: Node, path: string): Generator<string> {
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    const name = path === '' ? key : `${path}.${key}`
    if (child.properties) yield* rowsOf(child, name)
    else {
      const value =
        child.default === undefined ? (node.required?.includes(key) ? 'required' : '') : JSON.stringify(child.default)
      yield `| \`${name}\` | ${value === '' || value === 'required' ? value : `\`${value}\``} | ${(child.description ?? '').replaceAll('|', '\\|')} |`
    }
  }
}

/** The whole page. */
export const configurationPage = (): string => {
  const schema = z.toJSONSchema(carConfig, { io: 'input', unrepresentable: 'any' }) as Node
  return [
    '# Configuration of a drive',
    '',
    '`outrider drive --config car.yaml` reads this; flags override it; unknown keys are refused. Paths are relative to the file. The resolved',
    'configuration, defaults filled in, is the first record of the tape. Generated from the schema (`npm run generate`): the unit stands at the end of each line.',
    '',
    '| key | default | what it is |',
    '|---|---|---|',
    ...rowsOf(schema, ''),
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync('docs/configuration.md', configurationPage())
