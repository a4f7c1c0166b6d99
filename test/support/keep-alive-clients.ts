import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request that got no answer, or another than 200. */
export interface Failure {
  readonly message: string;
  /** Whose request it was: the number of the client, from 0. */
  readonly client: number;
  /** Whether the connection had been open before, for earlier requests. */
  readonly isReused: boolean;
  /** When the request was sent. */
  readonly sentMs: number;
}

/**
 * Clients that ask one question after the other, each on a connection of its own, which it keeps as long as the server
 * does: Node's `http.Agent` with keepAlive. It tries nothing twice.
 */
export class KeepAliveClients {
  readonly failures: Failure[] = [];
  answers = 0;
  /** How many answers said that they are the last one of their connection. */
  lastAnswers = 0;
  #isEnding = false;
  readonly #running: Promise<void>[];

  /**
   * @param pauses the pause of each client between two requests, in ms
   * @param options.keepAlive false: each request has a connection of its own
   */
  constructor(url: string, pauses: readonly number[], { keepAlive = true } = {}) {
    this.#running = pauses.map((pause, client) => this.#run(url, client, pause, keepAlive));
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#running);
  }

  async #run(url: string, client: number, pause: number, keepAlive: boolean): Promise<void> {
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    while (!this.#isEnding) {
      await this.#ask(url, client, agent);
      if (pause > 0) await sleep(pause);
    }
    agent.destroy();
  }

  #ask(url: string, client: number, agent: Agent): Promise<void> {
    return new Promise((resolve) => {
      const sentMs = performance.now();
      const request = get(url, { agent, timeout: 60_000 });
      const fail = ({ message }: Error): void => {
        this.failures.push({ message, client, isReused: request.reusedSocket, sentMs });
        resolve();
      };
      request.on('error', fail);
      request.on('timeout', () => request.destroy(new Error('no answer within a minute')));
      request.on('response', (response: IncomingMessage) => {
        if (response.headers.connection === 'close') this.lastAnswers++;
        response.on('error', fail);
        response.on('end', () => {
          if (response.statusCode === 200) this.answers++;
          else fail(new Error(`the status is ${response.statusCode}`));
          resolve();
        });
        response.resume();
      });
    });
  }
}
