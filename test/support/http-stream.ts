import { request, type ClientRequest, type IncomingMessage } from 'node:http';

/** What a stream of an answer is asked by. */
export interface StreamRequest {
  readonly headers?: Readonly<Record<string, string>>;
  /** What is POSTed as JSON; undefined to GET. */
  readonly body?: unknown;
}

/** A plain reader of an answer that goes on, which looks at every byte. What its text means is a matter of who extends it. */
export class HttpStream {
  readonly response: IncomingMessage;
  raw = '';
  ended = false;
  readonly #request: ClientRequest;
  #wake: () => void = () => undefined;

  constructor([sent, response]: readonly [ClientRequest, IncomingMessage]) {
    this.#request = sent;
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.raw += text;
      this.take(text);
      this.#wake();
    });
    response.on('close', () => {
      this.ended = true;
      this.#wake();
    });
  }

  /** Asks, and waits for the head of the answer. */
  static async ask(
    url: string,
    { headers, body }: StreamRequest = {},
  ): Promise<readonly [ClientRequest, IncomingMessage]> {
    return new Promise((resolve, reject) => {
      const sent = request(url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'text/event-stream',
          connection: 'keep-alive',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        agent: false,
      });
      sent.on('response', (response) => resolve([sent, response]));
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** Waits until the text has something. */
  async untilText(pattern: RegExp): Promise<void> {
    await this.when(() => pattern.test(this.raw) || undefined);
  }

  async untilEnd(): Promise<void> {
    while (!this.ended) await this.#more();
  }

  close(): void {
    this.#request.destroy();
  }

  /** Gets each piece of text as it comes. */
  protected take(_text: string): void {}

  /** Waits until something is found. @throws Error with the text if the answer ends before */
  protected async when<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.ended) throw new Error(`it ended before: ${this.raw}`);
      await this.#more();
    }
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
