import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Gateway } from '../../support/gateway.ts';

export interface Event {
  readonly event: string;
  readonly data: Record<string, unknown>;
  readonly id?: string;
  readonly retry?: number;
}

/** The address of a gateway that listens on a port. */
export async function listen({ app }: Pick<Gateway, 'app'>): Promise<string> {
  await app.api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.api.server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

/** A plain reader of events, which looks at every byte. */
export class Reader {
  readonly events: Event[] = [];
  readonly response: IncomingMessage;
  raw = '';
  ended = false;
  readonly #request: ClientRequest;
  #rest = '';
  #wake: () => void = () => undefined;

  private constructor(sent: ClientRequest, response: IncomingMessage) {
    this.#request = sent;
    this.response = response;
    const isLines = response.headers['content-type']?.includes('ndjson') ?? false;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.raw += text;
      const parts = (this.#rest + text).split(isLines ? '\n' : '\n\n');
      this.#rest = parts.pop() ?? '';
      for (const part of parts) this.events.push(isLines ? (JSON.parse(part) as Event) : eventOf(part));
      this.#wake();
    });
    response.on('close', () => {
      this.ended = true;
      this.#wake();
    });
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<Reader> {
    return new Promise((resolve, reject) => {
      const sent = request(url, {
        headers: { accept: 'text/event-stream', connection: 'keep-alive', ...headers },
        agent: false,
      });
      sent.on('response', (response) => resolve(new Reader(sent, response)));
      sent.on('error', reject);
      sent.end();
    });
  }

  /** Waits until there are so many events besides heartbeats, and returns them. */
  async until(count: number): Promise<Event[]> {
    for (;;) {
      const found = this.events.filter(({ event }) => event !== 'heartbeat');
      if (found.length >= count) return found;
      if (this.ended) throw new Error(`only ${found.length} of ${count} events: ${this.raw}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async untilEnd(): Promise<void> {
    while (!this.ended) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  close(): void {
    this.#request.destroy();
  }
}

function eventOf(block: string): Event {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const at = line.indexOf(': ');
    if (at < 0 || fields.has(line.slice(0, at))) throw new Error(`not a line of an event: ${line}`);
    fields.set(line.slice(0, at), line.slice(at + 2));
  }
  const [event, data] = [fields.get('event'), fields.get('data')];
  if (event === undefined || data === undefined) throw new Error(`not an event: ${block}`);
  const [id, retry] = [fields.get('id'), fields.get('retry')];
  return {
    event,
    data: JSON.parse(data) as Record<string, unknown>,
    ...(id === undefined ? {} : { id }),
    ...(retry === undefined ? {} : { retry: Number(retry) }),
  };
}
