import type { Command } from 'commander'
import { compileCheckpoint } from '#compiler'
import { byteProgress } from './byte-progress.ts'
import { interruption } from './interruption.ts'

interface Flags {
  readonly force?: boolean
  readonly json?: boolean
}

export const registerCompile = (program: Command): void => {
  program
    .command('compile')
    .description('Compile a Hugging Face checkpoint of the Qwen2.5-VL architecture into a bundle.')
    .argument('<checkpoint>', 'folder with config.json and safetensors')
    .argument('<bundle>', 'folder to write')
    .option('--force', 'replace a bundle that is there')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText('after', '\nExample:\n  outrider compile ~/checkpoints/MiMo-Embodied-7B bundles/mimo-embodied')
    .action(async (checkpoint: string, folder: string, flags: Flags) => {
      const started = performance.now()
      const progress = byteProgress('compile')
      try {
        const bundle = await compileCheckpoint(checkpoint, folder, {
          force: flags.force ?? false,
          onProgress: progress.update,
          signal: interruption(),
        })
        const bytes = Object.values(bundle.files).reduce((sum, file) => sum + file.bytes, 0)
        const seconds = (performance.now() - started) / 1000
        progress.stop()
        if (flags.json) {
          console.log(
            JSON.stringify({ bundle: folder, architecture: bundle.architecture, bytes, seconds, files: bundle.files }),
          )
        } else {
          console.log(`${folder}: ${(bytes / 1e9).toFixed(2)} GB in ${seconds.toFixed(1)} s`)
        }
      } finally {
        progress.stop()
      }
    })
}
