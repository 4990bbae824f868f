import { Command } from 'commander'
import { OutriderError } from '#errors'
import { registerAsk } from './ask-command.ts'
import { registerCalibration } from './calibration-command.ts'
import { registerCompile } from './compile-command.ts'
import { compiledBundle } from './compiled-bundle.ts'
import { registerDataset } from './dataset-command.ts'
import { registerDatasetEmbodied } from './dataset-embodied-command.ts'
import { registerDemo } from './demo-command.ts'
import { registerDrive } from './drive-command.ts'
import { registerEvaluate } from './evaluate-command.ts'
import { registerExport } from './export-command.ts'
import { registerImport } from './import-command.ts'
import { registerInspect } from './inspect-command.ts'
import { registerPlay } from './play-command.ts'
import { registerRandomCheckpoint } from './random-checkpoint-command.ts'
import { registerRecover } from './recover-command.ts'
import { registerReplay } from './replay-command.ts'
import { registerSimulate } from './simulate-command.ts'
import { VERSION } from './version.ts'

const program = new Command('outrider')
  .description('A vision-language model sees, predicts and plans for a car; every drive replays byte for byte.')
  .version(VERSION)
  .showHelpAfterError('(outrider --help lists the commands)')
  .addHelpText(
    'after',
    '\nExit codes: 0 done; 1 a check failed (diverged, damaged); 2 wrong use, file or configuration.',
  )

// In the order in which a newcomer meets them.
for (const register of [
  registerDemo,
  registerCompile,
  registerRandomCheckpoint,
  registerAsk,
  registerImport,
  registerSimulate,
  registerDataset,
  registerDatasetEmbodied,
  registerPlay,
  registerDrive,
  registerReplay,
  registerRecover,
  registerInspect,
  registerCalibration,
  registerEvaluate,
  registerExport,
]) {
  register(program)
}
for (const command of withSubcommands(program)) command.exitOverride()
// Wherever a bundle is asked for, a small checkpoint will do.
program.hook('preAction', async (_, action) => {
  const { bundle } = action.opts()
  if (typeof bundle === 'string') action.setOptionValue('bundle', await compiledBundle(bundle))
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

/** Each exits by itself on wrong use (with 1) unless it is told not to. */
function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)]
}

/** One line for people, or one JSON object where the command was asked for JSON; returns the exit code. */
function report(error: unknown): number {
  if (error instanceof OutriderError) {
    const { code, expected, found, next } = error
    if (process.argv.includes('--json')) console.log(JSON.stringify({ error: { code, expected, found, next } }))
    console.error(`outrider: ${error.message}`)
    return 2
  }
  // commander has already printed what it has to say.
  const commanderCode = (error as { code?: string }).code
  if (commanderCode?.startsWith('commander.')) return (error as { exitCode: number }).exitCode === 0 ? 0 : 2
  console.error('outrider: this is a bug in Outrider, please report it with the lines below')
  console.error(error)
  return 70
}
