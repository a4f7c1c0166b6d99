import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { pipeline, Readable } from 'node:stream';

/** A command that unpacks from its standard input to its standard output. */
export interface UnpackingCommand {
  readonly name: string;
  readonly child: ChildProcessWithoutNullStreams;
}

/** Starts a command of the system; undefined where there is none of this name. */
export async function startCommand(
  name: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<UnpackingCommand | undefined> {
  const child = spawn(name, args, { stdio: ['pipe', 'pipe', 'pipe'], signal });
  const started = await Promise.race([
    once(child, 'spawn').then(() => true),
    once(child, 'error').then(() => false),
  ]).catch(() => false);
  if (started) return { name, child };
  signal.throwIfAborted();
  return undefined;
}

/** What a command makes of some bytes. @throws Error with what it complained of */
export async function* commandOutput(
  { name, child }: UnpackingCommand,
  packed: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let complaint = '';
  let failure: Error | undefined;
  const ended = once(child, 'close') as Promise<[code: number | null]>;
  ended.catch(() => {});
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  // A reader that gave up (EPIPE) says why by its exit code; the source's own failure is the cause of all.
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
    if (code !== 0) throw new Error(complaint.trim().split('\n')[0] || `${name} ended with code ${code}`);
  } finally {
    child.kill();
  }
}
