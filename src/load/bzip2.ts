import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pipeline, Readable } from 'node:stream';
import { MessageChannel, Worker } from 'node:worker_threads';

/**
 * Unpacks bzip2, also several streams in one file: with the command `bzip2` if it exists, else in a worker.
 */
export async function* bunzip2(packed: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  const child = spawn('bzip2', ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'], signal });
  const started = await Promise.race([
    once(child, 'spawn').then(() => true),
    once(child, 'error').then(() => false),
  ]).catch(() => false);
  if (!started) {
    signal.throwIfAborted();
    yield* bunzip2InWorker(packed);
    return;
  }
  let complaint = '';
  let failure: Error | undefined;
  const ended = once(child, 'close') as Promise<[code: number | null]>;
  ended.catch(() => {});
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  // EPIPE is ignored: when bzip2 gives up, its exit code says why. Any other failure comes from the source.
  pipeline(Readable.from(packed), child.stdin, (error) => {
    if (error && error.code !== 'EPIPE') {
      failure = error;
      child.kill();
    }
  });
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const [code] = await ended;
    if (failure) throw failure;
    if (code !== 0) throw new Error(complaint.trim().split('\n')[0] || `bzip2 ended with code ${code}`);
  } finally {
    child.kill();
  }
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
