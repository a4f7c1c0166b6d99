import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import { commandOutput, startCommand } from './unpacking-command.ts';

/**
 * Unpacks bzip2, also several streams in one file: with the command `bzip2` if it exists, else in a worker.
 */
export async function* bunzip2(packed: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  const command = await startCommand('bzip2', ['-dc'], signal);
  yield* command ? commandOutput(command, packed) : bunzip2InWorker(packed);
}

/**
 * A request of the worker, which waits for the answer: to get more packed bytes, to hand over its output, or
 * to report its end.
 */
export type Bzip2Request =
  | { readonly output: Uint8Array }
  | { readonly input: true }
  | { readonly done: true }
  | { readonly error: string };

/** Unpacks bzip2 in a worker thread, a chunk at a time. The worker waits while nobody reads. */
export async function* bunzip2InWorker(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const { port1: port, port2 } = new MessageChannel();
  const worker = new Worker(new URL('./bzip2-worker.js', import.meta.url), {
    workerData: { port: port2, answered },
    transferList: [port2],
  });
  const iterator = packed[Symbol.asyncIterator]();
  const exited = once(worker, 'exit').then(() => undefined);
  try {
    for (;;) {
      const message = await Promise.race([once(port, 'message') as Promise<[Bzip2Request]>, exited]);
      if (!message) throw new Error('bzip2: the worker ended before the data');
      const [request] = message;
      if ('done' in request) return;
      if ('error' in request) throw new Error(`bzip2: ${request.error}`);
      if ('output' in request) yield Buffer.from(request.output);
      else port.postMessage((await iterator.next()).value ?? null);
      Atomics.add(answered, 0, 1);
      Atomics.notify(answered, 0);
    }
  } finally {
    port.close();
    await worker.terminate();
    await iterator.return?.();
  }
}
