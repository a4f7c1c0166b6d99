import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { accepts } from './ports.ts';
import { StartError } from './start-error.ts';

/** Some ten times what was measured, for machines that are busy. */
const STARTS_WITHIN_MS = 180_000;
const STOPS_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;
const SHOWN_LINES = 25;
/**
 * Engines here serve tests and trials: most of their time goes into starting and into statements that are run once.
 * The second compiler costs Hive more than it gains it (half of all CPU time), and so do threads that collect garbage.
 */
const BRIEF = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

export interface JvmOptions {
  /** For people. */
  readonly name: string;
  readonly java: string;
  readonly args: readonly string[];
  /** Where it runs. */
  readonly folder: string;
  /** The file of what it prints. */
  readonly log: string;
  /** It is ready when it takes connections here … */
  readonly port: number;
  /** … and this stands in its log. */
  readonly line?: string;
}

/**
 * A Java program that this process runs, and can start again: one part of an engine. It dies with
 * this process, whatever ends that, and doesn't keep it from ending.
 */
export class Jvm {
  readonly #options: JvmOptions;
  #child: ChildProcess | undefined;
  /** How long the log was when it was started last. */
  #logged = 0;

  constructor(options: JvmOptions) {
    this.#options = options;
    writeFileSync(options.log, '');
  }

  get name(): string {
    return this.#options.name;
  }

  get port(): number {
    return this.#options.port;
  }

  /** Undefined when it doesn't run. */
  get pid(): number | undefined {
    return this.running ? this.#child?.pid : undefined;
  }

  get running(): boolean {
    return this.#child !== undefined && !hasEnded(this.#child);
  }

  /** Starts it and waits until it is ready. @throws StartError with the end of its log */
  async start(): Promise<void> {
    await this.launch();
    await this.ready();
  }

  /** Starts it and doesn't wait. */
  async launch(): Promise<void> {
    const { java, args, folder, log } = this.#options;
    if (this.running) throw new StartError(`${this.name} runs already`);
    this.#logged = (await stat(log)).size;
    const file = openSync(log, 'a');
    // In a session of its own, so that Ctrl-C is for this process alone, which then stops it.
    const child = spawn(java, [...BRIEF, ...args], {
      cwd: folder,
      stdio: ['ignore', file, file],
      detached: true,
    });
    closeSync(file);
    child.once('error', () => undefined);
    child.unref();
    if (child.pid === undefined) throw new StartError(`${this.name} could not be started: no ${java}`);
    this.#child = child;
    guard(child, child.pid);
  }

  /** Waits until it takes connections and says that it is ready. @throws StartError with the end of its log */
  async ready(): Promise<void> {
    const { port, line = '' } = this.#options;
    await this.until(async () => (await accepts(port)) && (await this.#log()).includes(line));
  }

  /** Waits for something it does. @throws StartError with the end of its log when it ends or takes too long */
  async until(done: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + STARTS_WITHIN_MS;
    while (!(await done())) {
      if (!this.running) throw await this.#failure('ended');
      if (performance.now() > end)
        throw await this.#failure(`isn’t ready after ${STARTS_WITHIN_MS / 1000} s`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  /** Runs it to its end. @throws StartError with the end of its log when it fails */
  async run(): Promise<void> {
    await this.launch();
    await this.until(async () => this.#child?.exitCode === 0);
  }

  /** Lets it stand still (SIGSTOP): its connections stay open, and nobody answers. */
  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  /** Lets it go on (SIGCONT). */
  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it at once (SIGKILL). */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Lets it end in order (SIGTERM), for up to 20 s, and then ends it at once; also while it stands still. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Stops it, if it runs, and starts it with the same state and port. @throws StartError with the end of its log */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || hasEnded(child)) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    child.kill('SIGCONT');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN_MS);
    await ended;
    clearTimeout(timer);
  }

  /** What it has printed since it was started last. */
  async #log(): Promise<string> {
    return (await readFile(this.#options.log)).subarray(this.#logged).toString();
  }

  async #failure(what: string): Promise<StartError> {
    await this.kill();
    const tail = (await this.#log()).trimEnd().split('\n').slice(-SHOWN_LINES).join('\n');
    return new StartError(`${this.name} ${what}; ${this.#options.log} says:\n${tail}`);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/**
 * Kills a child when this process is gone, however it went: a shell waits for the end of a pipe that
 * this process holds open. It is in a session of its own, so that no signal for a group ends it first.
 */
function guard(child: ChildProcess, pid: number): void {
  const waiting = spawn('sh', ['-c', 'read -r line; kill -KILL "$1"', 'sh', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  waiting.unref();
  (waiting.stdin as unknown as { unref(): void }).unref();
  child.once('exit', () => waiting.kill('SIGKILL'));
}
