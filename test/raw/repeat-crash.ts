/**
 * Runs once more what a test of crashes of the loader has printed: the seed, and of each process that
 * crashed the operation and what was left. `node dist/test/raw/repeat-crash.js SEED [AT:LOSS]…`
 */
import { type Crash, runCrashes } from './crash-run.ts';

const [seed, ...crashes] = process.argv.slice(2);
await runCrashes({
  seed: Number(seed),
  crashes: crashes.map((text) => {
    const [at, loss] = text.split(':');
    return { at: Number(at), loss: loss as Crash['loss'] };
  }),
});
process.stdout.write('It holds.\n');
