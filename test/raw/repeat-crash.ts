/**
 * Runs once more what a test of crashes of the loader has printed: the seed, and of each process that
 * crashed the operation and what was left. `node dist/test/raw/repeat-crash.js SEED [AT:LOSS]…`
 */
import { planOf } from '../support/crash-plan.ts';
import { runCrashes } from './crash-run.ts';

await runCrashes(planOf(process.argv.slice(2)));
process.stdout.write('It holds.\n');
