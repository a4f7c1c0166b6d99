import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
}

/** Starts a gateway that collects. @param flags of `kraken serve`, besides ports and logging */
export async function startCollector(data: string, flags: readonly string[]): Promise<ServerProcess> {
  const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
  const quiet = '--port 0 --admin-port off --sender-events off --log-level info --log-format json';
  return startServer([cli, 'serve', '--collect', '--data', data, ...quiet.split(' '), ...flags]);
}

/** Starts a server that prints its address as JSON. @param args of Node */
export async function startServer(args: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const { api } = JSON.parse(line) as { api?: string };
    if (api === undefined) continue;
    // Further output is read, so that the pipe doesn't fill up.
    child.stdout.resume();
    return { url: api, child };
  }
  throw new Error(`${args.join(' ')} ended before it served`);
}

export async function stopServer({ child }: ServerProcess): Promise<void> {
  child.kill('SIGINT');
  if (child.exitCode === null) await once(child, 'exit');
}

/** Returns the CPU time of a process, in seconds (Linux, in ticks of 10 ms). */
export async function cpuSeconds({ child }: ServerProcess): Promise<number> {
  const stat = await readFile(`/proc/${child.pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
