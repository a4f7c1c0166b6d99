/**
 * Runs once more what a test of crashes has printed: the seed, of each process that crashed the
 * operation and what was left, and which part of the syncs fails.
 * `node dist/test/log/files/repeat-crash.js SEED [AT:LOSS]… [--failing SHARE]`
 */
import { planOf } from '../../support/crash-plan.ts';
import { runCrashes } from './crash-run.ts';

await runCrashes(planOf(process.argv.slice(2)));
process.stdout.write('It holds.\n');
