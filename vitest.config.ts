import { defineConfig } from 'vitest/config'
import { ClosingLine } from './test/reporter.ts'

const conditions = ['@outrider/source', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{src,sensors,planners,replay,calibration,bench,test}/**/*.test.ts'],
    reporters: ['default', new ClosingLine()],
    // Two cores: a test that runs the model or a whole drive is a process tree of its own.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
})
