import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { openEventLogReader } from '../config/engines.ts';
import { answerCalls, copied } from '../live/answer-calls.ts';
import type { CounterMessage, CounterRequest, Port } from '../live/counter-messages.ts';
import { openCounter } from '../live/open-counter.ts';
import { METRICS } from '../metrics/index.ts';
import { standardRules } from '../refine/standard-rules.ts';
import { openCountries } from './countries.ts';
import type { LiveThread } from './start-live.ts';

/* The thread that counts open periods. */

/** The pause between two rounds, in ms. */
const PAUSE_MS = 250;
/** The pause after a round that failed, in ms. */
const RETRY_MS = 2_000;

const { lake, eventLog, geo, maxRows } = workerData as LiveThread;
const port = parentPort as NonNullable<typeof parentPort> & Port<CounterMessage, CounterRequest>;
const ending = new AbortController();
port.on('message', (request) => {
  if ('end' in request) ending.abort(new Error('it is stopped'));
});

const log = await openEventLogReader(eventLog);
const { counter, numbers, close } = await openCounter({
  lake,
  log,
  rules: standardRules(await openCountries({ geo })),
  metrics: METRICS,
  clock: Date,
  maxRows,
});
answerCalls(port, numbers.tables);
await count(ending.signal);
await close();
await log.close();
port.close();

async function count(signal: AbortSignal): Promise<void> {
  let failed = '';
  let said: unknown;
  let saidHeld = 0;
  while (!signal.aborted) {
    try {
      await counter.round(signal);
      failed = '';
    } catch (error) {
      if (signal.aborted) return;
      const { message } = error as Error;
      // The same failure again and again is told once.
      if (message !== failed) port.postMessage({ failed: copied(error) });
      failed = message;
    }
    const { counting, held } = counter;
    if (counting !== said) port.postMessage({ counting, held });
    else if (held !== saidHeld) port.postMessage({ held });
    said = counting;
    saidHeld = held;
    await sleep(failed === '' ? PAUSE_MS : RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}
