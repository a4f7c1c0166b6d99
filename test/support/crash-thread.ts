import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Found, Search, Searches } from './crash-search.ts';

/**
 * Searches for crashes that lose something, in a thread of its own: node:test follows each promise of the thread that
 * it runs in, which takes longer than what thousands of processes on a disk in memory do.
 */
export class CrashThread {
  readonly #module: string;
  #worker: Worker | undefined;

  /** @param module the URL of what exports `runCrashes` */
  constructor(module: URL) {
    this.#module = module.href;
  }

  /** Searches when what was asked for before is found. */
  async search<Name extends keyof Searches>(
    name: Name,
    ...args: Parameters<Searches[Name]>
  ): Promise<Awaited<ReturnType<Searches[Name]>>> {
    // Places of the source are asked for at each sync; without its maps they are told much faster.
    this.#worker ??= new Worker(new URL('./crash-search.js', import.meta.url), {
      workerData: this.#module,
      execArgv: [],
    });
    // Only promises that are made here are awaited: node:test takes one from elsewhere for what its maker does.
    const { port1: here, port2: port } = new MessageChannel();
    this.#worker.postMessage({ name, args, port } satisfies Search, [port]);
    const [answer] = (await once(here, 'message')) as [Found<Awaited<ReturnType<Searches[Name]>>>];
    here.close();
    if ('error' in answer) throw answer.error;
    return answer.found;
  }

  async end(): Promise<void> {
    await this.#worker?.terminate();
  }
}
