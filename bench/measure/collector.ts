import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from './program.ts';

/** Starts a gateway that collects. @param flags of `kraken serve`, besides ports and logging */
export function startCollector(data: string, flags: readonly string[]): Promise<Program> {
  const cli = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
  const quiet = '--port 0 --admin-port off --sender-events off --log-level info --log-format json';
  const command = [cli, 'serve', '--collect', '--data', data, ...quiet.split(' '), ...flags];
  return startProgram([process.execPath, ...command]);
}
