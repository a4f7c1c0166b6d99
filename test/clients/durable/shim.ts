import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Gateway } from '../../support/gateway.ts';

/** A stream as its writers see it. */
interface Written {
  readonly type: string;
  /** The day whose list has its messages. */
  readonly day: string;
  /** What was appended, in order: JSON values, or bytes. */
  readonly messages: Buffer[];
}

/** The headers of the protocol that are passed on as they are. */
const HEADERS = [
  'stream-next-offset',
  'stream-up-to-date',
  'stream-cursor',
  'cache-control',
  'etag',
  'x-content-type-options',
  'cross-origin-resource-policy',
];
const FIRST_DAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;
const MOST_VIEWS = 1_000_000;

/**
 * The write half of Durable Streams, and the bytes of its messages, before a gateway that has the read half. A stream is the
 * list of the most viewed pages of a day: each message is the title of a page, and what is appended is published. Offsets, what
 * lies behind one, waiting, events and their headers are the gateway's.
 */
export class Shim {
  /** What went wrong here, but for clients that left. */
  readonly errors: unknown[] = [];
  readonly #gateway: Gateway;
  readonly #api: string;
  readonly #streams = new Map<string, Written>();
  readonly #server: Server;
  #days = 0;
  readonly #unpublished = new Set<Written>();
  #publishing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(gateway: Gateway, api: string) {
    this.#gateway = gateway;
    this.#api = api;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (response.destroyed) return;
        this.errors.push(error);
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end();
      });
    });
  }

  /** @param api where the gateway listens */
  static async start(gateway: Gateway, api: string): Promise<Shim> {
    const shim = new Shim(gateway, api);
    shim.#server.listen(0, '127.0.0.1');
    await once(shim.#server, 'listening');
    return shim;
  }

  get base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '', this.base);
    const stream = this.#streams.get(pathname);
    const type = request.headers['content-type'] ?? 'application/octet-stream';
    const end = (status: number, headers: Record<string, string> = {}): void =>
      void response.writeHead(status, headers).end();
    switch (request.method) {
      case 'PUT': {
        if (stream) return end(stream.type === type ? 200 : 409, { 'content-type': stream.type });
        const day = new Date(FIRST_DAY + DAY_MS * this.#days++).toISOString().slice(0, 10);
        const made: Written = { type, day, messages: [] };
        await this.#append(made, await buffer(request));
        this.#streams.set(pathname, made);
        return end(201, { 'content-type': type, location: pathname, ...(await this.#tail(made)) });
      }
      case 'POST':
        if (!stream) return end(404);
        await this.#append(stream, await buffer(request));
        return end(204, await this.#tail(stream));
      case 'DELETE':
        return end(this.#streams.delete(pathname) ? 204 : 404);
      case 'OPTIONS': {
        const { status, headers } = await fetch(`${this.#api}/query`, { method: 'OPTIONS' });
        const name = 'access-control-allow-headers';
        return end(status, { [name]: headers.get(name) ?? '' });
      }
      case 'HEAD':
        return stream ? end(200, { 'content-type': stream.type, ...(await this.#tail(stream)) }) : end(404);
      default:
        return stream ? this.#read(stream, search, request, response) : end(404);
    }
  }

  async #append(stream: Written, bytes: Buffer): Promise<void> {
    const { messages, type } = stream;
    if (bytes.length === 0) return;
    if (!isJson(type)) messages.push(bytes);
    else {
      const value = JSON.parse(bytes.toString()) as unknown;
      for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
        messages.push(Buffer.from(JSON.stringify(one)));
    }
    this.#unpublished.add(stream);
    // What is appended while something is published is published together.
    this.#next ??= this.#publishing.then(() => {
      this.#next = undefined;
      const items = [...this.#unpublished].map(itemOf);
      this.#unpublished.clear();
      return this.#gateway.load('pageviews-top', items);
    });
    this.#publishing = this.#next.catch(() => undefined);
    await this.#next;
  }

  async #tail(stream: Written): Promise<Record<string, string>> {
    const { headers } = await fetch(this.#urlOf(stream, '?offset=now'));
    return passedOn(headers);
  }

  #urlOf({ day }: Written, search: string): string {
    return `${this.#api}/metrics/pageviews/top/en.wikipedia/all-access/${day.replaceAll('-', '/')}${search}`;
  }

  async #read(
    stream: Written,
    search: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const asked = new URLSearchParams(search);
    if (!asked.has('offset') && !asked.has('live')) asked.set('offset', '-1');
    // A device that waits is answered sooner than after the usual 25 s.
    if (asked.get('live') === 'long-poll') asked.set('wait', '6');
    const leaving = new AbortController();
    response.once('close', () => leaving.abort());
    const known = request.headers['if-none-match'];
    const answer = await fetch(this.#urlOf(stream, `?${asked.toString()}`), {
      signal: leaving.signal,
      headers: known === undefined ? {} : { 'if-none-match': known },
    });
    const isEvents = answer.headers.get('content-type') === 'text/event-stream';
    const isBinary = !isJson(stream.type) && !stream.type.startsWith('text/');
    response.writeHead(answer.status, {
      ...passedOn(answer.headers),
      ...(answer.status === 200 && { 'content-type': isEvents ? 'text/event-stream' : stream.type }),
      ...(isEvents && isBinary && { 'stream-sse-data-encoding': 'base64' }),
    });
    if (!isEvents) {
      const body = await answer.text();
      response.end(answer.status === 200 ? bodyOf(stream, JSON.parse(body) as Message[]) : body);
      return;
    }
    response.flushHeaders();
    let rest = '';
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (rest + piece).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) response.write(`${eventOf(stream, block)}\n\n`);
    }
    response.end();
  }
}

/** A message of the gateway: an event of ours, whose row is the entry of a list. */
interface Message {
  readonly event: string;
  readonly data: { readonly articles: readonly { readonly article: string }[] };
}

/** A stream as the item of a list. */
function itemOf({ day: written, messages }: Written): object {
  const [year = '', month = '', day = ''] = written.split('-');
  const articles = messages.map((message, i) => ({
    // The same message may come again, the same page can't.
    article: `${i}.${message.toString('base64url')}`,
    views: MOST_VIEWS - i,
    rank: i + 1,
  }));
  return { project: 'en.wikipedia', access: 'all-access', year, month, day, articles };
}

function isJson(type: string): boolean {
  return type.toLowerCase().startsWith('application/json');
}

function passedOn(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    HEADERS.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function bytesOf(messages: readonly Message[]): Buffer[] {
  return messages.flatMap(({ data }) =>
    data.articles.map(({ article }) => Buffer.from(article.slice(article.indexOf('.') + 1), 'base64url')),
  );
}

function bodyOf({ type }: Written, messages: readonly Message[]): Buffer {
  const found = bytesOf(messages);
  return isJson(type) ? Buffer.from(`[${found.map(String).join(',')}]`) : Buffer.concat(found);
}

function eventOf(stream: Written, block: string): string {
  const json = /^event: data\ndata:(.*)$/s.exec(block)?.[1];
  if (json === undefined) return block;
  const body = bodyOf(stream, JSON.parse(json) as Message[]);
  const isText = isJson(stream.type) || stream.type.startsWith('text/');
  const lines = (isText ? body.toString() : body.toString('base64')).split(/\r\n|\n|\r/);
  return ['event: data', ...lines.map((line) => `data:${line}`)].join('\n');
}
