import type { Worker } from 'node:cluster';
import type { CounterMessage, CounterRequest, Port } from '../live/counter-messages.ts';
import { HandingOver } from './handing-over.ts';
import type { FromWorker, ToWorker } from './messages.ts';

export interface MemberEvents {
  /** Called when it can be told something: what it was told before is lost. */
  readonly onHears: () => void;
  readonly onMessage: (message: FromWorker) => void;
  /** @param reason what it said, or its code or signal */
  readonly onEnd: (reason: string, isWell: boolean) => void;
}

/** How long a worker may take to serve, in ms. */
const START_MS = 60_000;

/** A worker, as the primary has it. */
export class Member {
  readonly #worker: Worker;
  #hears = false;
  readonly pid: number;
  readonly startedMs = performance.now();
  /** Resolves with the address; rejects if the worker ends before it serves. */
  readonly serving: Promise<string>;
  readonly ended: Promise<void>;
  readonly handing: HandingOver;
  /** The counter of open periods, as a worker asks it. */
  readonly counter: Port<CounterMessage, CounterRequest>;
  /** `leaving`: it is to end, and has been told so. */
  state: 'starting' | 'serving' | 'leaving' | 'ended' = 'starting';

  constructor(worker: Worker, events: MemberEvents) {
    this.#worker = worker;
    this.pid = worker.process.pid ?? 0;
    const askers: ((request: CounterRequest) => void)[] = [];
    this.counter = {
      postMessage: (counter) => this.tell({ counter }),
      on: (_, take) => askers.push(take),
    };
    let failure: string | undefined;
    this.serving = new Promise((resolve, reject) => {
      const tooLong = setTimeout(() => {
        failure = `it did not serve within ${START_MS / 1000} s`;
        this.kill();
      }, START_MS);
      worker.on('message', (message: FromWorker) => {
        if ('hears' in message) {
          this.#hears = true;
          events.onHears();
        } else if ('serving' in message) {
          clearTimeout(tooLong);
          if (this.state === 'starting') this.state = 'serving';
          resolve(message.serving);
        } else if ('failed' in message) failure = message.failed;
        else if ('counter' in message) for (const ask of askers) ask(message.counter);
        else events.onMessage(message);
      });
      worker.once('exit', (code: number | null, signal: string | null) => {
        clearTimeout(tooLong);
        const reason = failure ?? (signal === null ? `it ended with ${code}` : `it was ended by ${signal}`);
        reject(new Error(reason));
        events.onEnd(reason, code === 0);
        this.state = 'ended';
      });
    });
    this.serving.catch(() => undefined);
    this.ended = new Promise((resolve) => worker.once('exit', () => resolve()));
    this.handing = new HandingOver(worker.process);
    // A worker that can't be told something has ended, or ends; its exit says so.
    worker.on('error', () => undefined);
  }

  /** Tells it something, if it hears already: what it is started with tells the rest. */
  tell(message: ToWorker): void {
    if (this.#hears && this.#worker.isConnected()) this.#worker.send(message, undefined, () => undefined);
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }
}
