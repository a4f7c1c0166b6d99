#!/usr/bin/env node
import { Command } from 'commander';
import { COMMANDS } from './cli/commands.ts';
import { fail } from './cli/failure.ts';
import { withFlagSuggestion } from './cli/options.ts';
import { VERSION } from './config/version.ts';

const program = new Command('kraken')
  .description('A public analytics data API over pre-aggregated tables.')
  .version(VERSION, '-V, --version', 'print the version')
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => write(withFlagSuggestion(text, program, process.argv)),
  });

// A reader that stops early (`kraken export … | head`) is not a failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

async function run(): Promise<void> {
  // `kraken help import` has the command's name second, so any argument may be a name. If a file has the name
  // of a command, that command is declared although it isn't needed. This does no harm.
  for (const { name, summary, declare } of COMMANDS) {
    const command = program.command(name).description(summary);
    if (process.argv.includes(name)) await declare(command);
  }
  await program.parseAsync();
}

await run().catch(fail);
