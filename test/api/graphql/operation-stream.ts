import { request, type ClientRequest, type IncomingMessage } from 'node:http';

/** A result of an operation, as far as tests look into it. */
export interface Result {
  readonly data?: Readonly<Record<string, { readonly views?: readonly number[] } | null>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

/** A plain reader of an operation's event stream, which looks at every byte. */
export class OperationStream {
  readonly response: IncomingMessage;
  raw = '';
  ended = false;
  readonly #request: ClientRequest;
  #wake: () => void = () => undefined;

  private constructor(sent: ClientRequest, response: IncomingMessage) {
    this.#request = sent;
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.raw += text;
      this.#wake();
    });
    response.on('close', () => {
      this.ended = true;
      this.#wake();
    });
  }

  /** @param body an operation to POST; undefined to GET */
  static async open(url: string, body?: unknown): Promise<OperationStream> {
    return new Promise((resolve, reject) => {
      const sent = request(url, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'text/event-stream',
          'content-type': 'application/json',
          connection: 'keep-alive',
        },
        agent: false,
      });
      sent.on('response', (response) => resolve(new OperationStream(sent, response)));
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** The results so far. */
  get results(): Result[] {
    return [...this.raw.matchAll(/^event: next\ndata: (.*)\n\n/gm)].map(
      ([, data]) => JSON.parse(data as string) as Result,
    );
  }

  /** Waits until there are so many results, and returns them. */
  async until(count: number): Promise<Result[]> {
    while (this.results.length < count) {
      if (this.ended) throw new Error(`only ${this.results.length} of ${count} results: ${this.raw}`);
      await this.#more();
    }
    return this.results;
  }

  /** Waits until the text has something. */
  async untilText(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.raw)) {
      if (this.ended) throw new Error(`no ${pattern.source} in ${this.raw}`);
      await this.#more();
    }
  }

  async untilEnd(): Promise<void> {
    while (!this.ended) await this.#more();
  }

  close(): void {
    this.#request.destroy();
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
