import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toldToEnd } from '../../engines/signals.ts';
import { ENGINES, startEngines, type RunningEngines } from '../../engines/start.ts';
import { StartError } from '../../engines/start-error.ts';
import { MissingToolsError } from '../../engines/tools.ts';
import { chosenTests } from '../support/chosen-tests.ts';

// npm run test:engines: every test/engines/**/*.test.ts, compiled, against a real HBase, Hive and
// Kafka, whose addresses are ENGINES_HBASE, ENGINES_HIVE and ENGINES_KAFKA; ENGINES_FOLDER is a folder for
// files that Hive is to see.
// Arguments choose the tests whose names contain one of them. Engines that are named in the environment
// already are used as they are.

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const files = chosenTests('engines', process.argv.slice(2));
const told = toldToEnd();
const folder = await mkdtemp(join(tmpdir(), 'kraken-engines-'));
const code = await Promise.race([start().then(test, refuse), told.then(() => 1)]);
await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
process.exit(code);

async function start(): Promise<RunningEngines> {
  const { ENGINES_HBASE: hbase, ENGINES_HIVE: hive, ENGINES_KAFKA: kafka } = process.env;
  const named = { hbase, hive, kafka };
  const which = ENGINES.filter((engine) => named[engine] === undefined);
  return startEngines({ folder, which, onProgress: say });
}

function refuse(error: unknown): number {
  if (!(error instanceof StartError || error instanceof MissingToolsError)) throw error;
  say(error.message);
  return 1;
}

/** Runs the tests with the engines, and stops these. */
async function test(engines: RunningEngines): Promise<number> {
  const env = {
    ENGINES_HBASE: engines.hbase?.address,
    ENGINES_HIVE: engines.hive?.address,
    ENGINES_KAFKA: engines.kafka?.address,
    ENGINES_FOLDER: folder,
  };
  // What the environment has comes first: it says what to use instead.
  const options = ['--enable-source-maps', '--test', '--test-concurrency=1', '--test-reporter=spec'];
  const tests = spawn(process.execPath, [...options, ...files], {
    stdio: 'inherit',
    env: { ...env, ...process.env },
  });
  void told.then(() => tests.kill());
  const [status] = (await once(tests, 'exit')) as [number | null];
  await engines.stop();
  return status ?? 1;
}
