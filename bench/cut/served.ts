import { type Ended, Processes, type Serving } from '../../test/support/process.ts';

// All clients have the address of the proxy.
const FLAGS =
  '--collect --collect-port api --log-senders loopback --sender-events off --listeners-per-client 2000 --max-requests-per-client 1000 --grace-ms 300 --drain-ms 3000'.split(
    ' ',
  );

/** A gateway that collects, loads, refines and publishes, and can be started again where it was. */
export class Served {
  readonly #processes = new Processes();
  readonly #data = this.#processes.folder();
  #serving: Serving | undefined;
  #isOver = false;
  /** What it wrote to its log as warnings and errors, from all its lives. */
  readonly complaints: string[] = [];
  readonly counts = { stopped: 0, killed: 0 };

  get lake(): string {
    return `${this.#data}/lake`;
  }

  get api(): string {
    if (!this.#serving) throw new Error('it was not started');
    return this.#serving.api;
  }

  async start(): Promise<void> {
    if (this.#isOver) return;
    const port = this.#serving ? ['--port', new URL(this.#serving.api).port] : [];
    this.#serving = await this.#processes.serve(this.#data, ...FLAGS, ...port);
  }

  /** Ends it, and starts it again. */
  async restart(signal: 'SIGTERM' | 'SIGKILL', pauseMs: number): Promise<void> {
    this.counts[signal === 'SIGTERM' ? 'stopped' : 'killed']++;
    this.#complain(await this.#serving?.kraken.kill(signal));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await this.start();
  }

  async end(): Promise<void> {
    this.#isOver = true;
    this.#complain(await this.#serving?.kraken.kill('SIGTERM'));
    await this.#processes.end();
  }

  #complain(ended: Ended | undefined): void {
    const lines = `${ended?.stdout ?? ''}\n${ended?.stderr ?? ''}`.split('\n');
    this.complaints.push(...lines.filter((line) => line !== '' && !/"level":(?:10|20|30|"info")/.test(line)));
  }
}
