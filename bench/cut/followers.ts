import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Command } from './kinds.ts';
import type { Told } from './known.ts';
import type { Listener } from './questions.ts';

/** A process that follows several URLs by one client. */
export class Followers {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  /** Why it ended, if it did by itself. */
  ended: string | undefined;
  /** The last that it wrote to stderr. */
  #stderr = '';

  /** @param base where the paths of the listeners are */
  constructor({ program, args, env = {} }: Command, base: string, listeners: readonly Listener[]) {
    const urls = listeners.map(({ asked }) => base + asked.path);
    this.#child = spawn(program, [...args, ...urls], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.#ended = once(this.#child, 'exit');
    this.#child.once('close', (code, signal) => {
      this.ended = `${code ?? signal} ${this.#stderr.slice(-500)}`;
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#stderr = (this.#stderr + text.toString()).slice(-2000);
    });
    createInterface(this.#child.stdout as NodeJS.ReadableStream).on('line', (line) => {
      const { place, ...told } = JSON.parse(line) as Told & { place: number };
      listeners[place]?.tell(told);
    });
  }

  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000);
    await this.#ended;
    clearTimeout(timer);
  }
}
