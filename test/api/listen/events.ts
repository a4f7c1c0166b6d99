import type { AddressInfo } from 'node:net';
import type { Gateway } from '../../support/gateway.ts';
import { HttpStream } from '../../support/http-stream.ts';

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

/** Reads the events of answers: server-sent ones, or lines of NDJSON. */
export class Reader extends HttpStream {
  readonly #events: Event[] = [];
  #rest = '';

  static async open(url: string, headers: Record<string, string> = {}): Promise<Reader> {
    return new Reader(await HttpStream.ask(url, { headers }));
  }

  get events(): readonly Event[] {
    return this.#events;
  }

  /** Waits until there are so many events besides heartbeats, and returns them. */
  until(count: number): Promise<Event[]> {
    return this.when(() => {
      const found = this.#events.filter(({ event }) => event !== 'heartbeat');
      return found.length < count ? undefined : found;
    });
  }

  /** Waits for a heartbeat that is as it should be, and returns what it says. */
  heartbeat(isRight: (data: Event['data']) => boolean): Promise<Event['data']> {
    return this.when(
      () => this.#events.find(({ event, data }) => event === 'heartbeat' && isRight(data))?.data,
    );
  }

  protected override take(text: string): void {
    const isLines = this.response.headers['content-type']?.includes('ndjson') ?? false;
    const parts = (this.#rest + text).split(isLines ? '\n' : '\n\n');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) this.#events.push(isLines ? (JSON.parse(part) as Event) : eventOf(part));
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
