import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';

/** The core of the servers, and that of those who ask them. */
export const CORES = { server: 0, load: 1 } as const;

/** A server in a process of its own. */
export interface Program {
  /** Its base URL, without a slash at the end. */
  readonly origin: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** Why processes can't be bound to cores; undefined if they can. */
export function whyNotPinned(): string | undefined {
  if (availableParallelism() < 2) return 'there is one core only';
  return spawnSync('taskset', ['--version']).status === 0 ? undefined : 'there is no taskset';
}

/** Binds this process to the core of those who ask. */
export function pinSelf(): void {
  spawnSync('taskset', ['-a', '-c', '-p', String(CORES.load), String(process.pid)]);
}

export interface Starting {
  /** Whether it is bound to the core of servers. */
  readonly isPinned?: boolean;
  readonly cwd?: string;
}

/**
 * Starts a server. It is ready when it prints its address.
 * @param command the program and its arguments
 * @throws Error if it ends before that
 */
export async function startProgram(command: readonly string[], options: Starting = {}): Promise<Program> {
  const pinned = options.isPinned ? ['taskset', '-c', String(CORES.server), ...command] : command;
  const [program = '', ...args] = pinned;
  // Peers, too, are at their fastest so.
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: options.cwd, env });
  const ended = once(child, 'exit');
  let text = '';
  const origin = await new Promise<string>((resolve, reject) => {
    const look = (chunk: Buffer): void => {
      text = (text + chunk.toString()).slice(-10_000);
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`${command.join(' ')} ended: ${text}`)));
  });
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await ended;
  };
  return { origin, pid: child.pid as number, end };
}

/** Runs a command to its end. @throws Error if it fails */
export function run(command: readonly string[], cwd?: string): void {
  const [program = '', ...args] = command;
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', cwd });
  if (status !== 0) throw new Error(`${command.join(' ')} failed`, { cause: error });
}
