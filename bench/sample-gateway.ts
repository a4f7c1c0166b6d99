import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A gateway that serves the sample, as a process of its own. */
export interface SampleGateway {
  readonly pid: number;
  /** Base URLs, without a slash at the end. */
  readonly api: string;
  readonly admin: string;
  /** Ends it and removes its folder. */
  end(): Promise<void>;
}

/** Starts one on free ports. @param cli the command to run @throws Error if it ends before it serves */
export async function startSampleGateway(cli: string, flags: readonly string[]): Promise<SampleGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'kraken-bench-'));
  const places = ['--port', '0', '--admin-port', '0', '--log-format', 'json', '--data', join(folder, 'data')];
  const child = spawn(process.execPath, [cli, 'serve', '--sample', ...places, ...flags]);
  const ended = once(child, 'exit').then(() => undefined);
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  for (;;) {
    const line = /^.*"msg":"serving".*$/m.exec(text)?.[0];
    if (line !== undefined) {
      const { api, admin } = JSON.parse(line) as { api: string; admin: string };
      return { pid: child.pid as number, api, admin, end };
    }
    if (!(await Promise.race([once(child.stdout, 'data'), ended]))) {
      await end();
      throw new Error('the gateway ended');
    }
  }
}
