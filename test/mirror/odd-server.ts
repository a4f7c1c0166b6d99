import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Waiting } from '../../src/mirror/polite-client.ts';

export type Turn = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers each request by the next of its turns; the last stays. */
export class OddServer {
  readonly asked: IncomingMessage[] = [];
  readonly #turns: Turn[];
  readonly #server = createServer((request, response) => {
    this.asked.push(request);
    const turn = this.#turns.length > 1 ? this.#turns.shift() : this.#turns[0];
    turn?.(request, response);
  });

  constructor(turns: readonly Turn[]) {
    this.#turns = [...turns];
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Time that passes only while somebody waits for it. */
export class FakeTime implements Waiting {
  readonly waits: number[] = [];
  #now = Date.UTC(2026, 0, 1);

  now(): number {
    return this.#now;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (ms > 0) this.waits.push(ms);
    this.#now += ms;
  }
}

export const whole =
  (body: unknown, headers: Record<string, string> = {}): Turn =>
  (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

export const status =
  (code: number, body: unknown = {}, headers: Record<string, string> = {}): Turn =>
  (_, response) => {
    response.writeHead(code, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };

/** Ends a body of JSON in its middle, under `Connection: close`. @param told whether a length was promised */
export const cut =
  (body: unknown, told: boolean): Turn =>
  (_, response) => {
    const text = JSON.stringify(body);
    response.shouldKeepAlive = false;
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, {
      Connection: 'close',
      'Content-Type': 'application/json',
      ...(told ? { 'Content-Length': `${text.length}` } : {}),
    });
    response.write(text.slice(0, text.length - 3), () => response.socket?.end());
  };

/** Sends nothing. */
export const silent: Turn = () => undefined;
