/**
 * Runs once more what a test of crashes has printed: the seed, of each process that crashed the
 * operation and what was left, and which part of the syncs fails.
 * `node dist/test/log/files/repeat-crash.js SEED [AT:LOSS]… [--failing SHARE]`
 */
import { parseArgs } from 'node:util';
import { type Crash, runCrashes } from './crash-run.ts';

const { values, positionals } = parseArgs({
  options: { failing: { type: 'string' } },
  allowPositionals: true,
});
const [seed, ...crashes] = positionals;
await runCrashes({
  seed: Number(seed),
  crashes: crashes.map((text) => {
    const [at, loss] = text.split(':');
    return { at: Number(at), loss: loss as Crash['loss'] };
  }),
  ...(values.failing !== undefined && { failing: Number(values.failing) }),
});
process.stdout.write('It holds.\n');
