import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

/** How a command ended. */
export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `kraken …` as a process of its own. */
export class Kraken {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  /** @param settings variables of its environment */
  constructor(args: readonly string[], settings: Readonly<Record<string, string>> = {}) {
    // Settings in this environment must not reach it. What Node has compiled before may.
    const { PATH = '', NODE_COMPILE_CACHE = '' } = process.env;
    const env = { PATH, ...(NODE_COMPILE_CACHE !== '' && { NODE_COMPILE_CACHE }), ...settings };
    this.child = spawn(process.execPath, [CLI, ...args], { stdio: 'pipe', env });
    this.child.stdout?.on('data', (text: Buffer) => (this.stdout += text.toString()));
    this.child.stderr?.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.ended = once(this.child, 'close').then(([code]) => ({
      code: code as number | null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** A gateway that serves, as a process of its own. */
export interface Serving {
  readonly kraken: Kraken;
  /** Base URLs, without a slash at the end. */
  readonly api: string;
  readonly admin: string;
  /** Where events are collected; undefined where none are. */
  readonly collect: string | undefined;
  /** From the start of the process until it served, in ms. */
  readonly ms: number;
}

/** Starts processes, and ends with all that it started and made. */
export class Processes {
  readonly #all: Kraken[] = [];
  readonly #folders: string[] = [];
  readonly #settings: Readonly<Record<string, string>>;

  /** @param settings variables of the environment of every process */
  constructor(settings: Readonly<Record<string, string>> = {}) {
    this.#settings = settings;
  }

  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'kraken-process-'));
    this.#folders.push(folder);
    return folder;
  }

  start(...args: string[]): Kraken {
    const kraken = new Kraken(args, this.#settings);
    this.#all.push(kraken);
    return kraken;
  }

  /** Runs a command to its end. */
  run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** Serves a data folder on free ports, and waits until it does. @throws Error with its stderr when it ends instead */
  async serve(data: string, ...flags: string[]): Promise<Serving> {
    const started = performance.now();
    const kraken = this.start(
      'serve',
      '--data',
      data,
      '--port',
      '0',
      '--admin-port',
      '0',
      '--grace-ms',
      '0',
      ...flags,
    );
    for (;;) {
      const line = /^.*"msg":"serving".*$/m.exec(kraken.stdout)?.[0];
      if (line) {
        const { api, admin, collect } = JSON.parse(line) as Record<string, string>;
        if (api === undefined || admin === undefined) throw new Error(`no address is told: ${line}`);
        return { kraken, api, admin, collect, ms: performance.now() - started };
      }
      const more = once(kraken.child.stdout as NodeJS.ReadableStream, 'data');
      const ended = await Promise.race([kraken.ended, more]);
      if ('code' in ended) throw new Error(`it ended: ${ended.stderr}`);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#all.map((kraken) => kraken.kill()));
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}
