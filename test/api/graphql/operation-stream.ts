import { HttpStream } from '../../support/http-stream.ts';

/** A result of an operation, as far as tests look into it. */
export interface Result {
  readonly data?: Readonly<Record<string, { readonly views?: readonly number[] } | null>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

/** Reads the event stream of an operation. */
export class OperationStream extends HttpStream {
  /** @param body an operation to POST; undefined to GET */
  static async open(url: string, body?: unknown): Promise<OperationStream> {
    return new OperationStream(await HttpStream.ask(url, { body }));
  }

  /** The results so far. */
  get results(): Result[] {
    return [...this.raw.matchAll(/^event: next\ndata: (.*)\n\n/gm)].map(
      ([, data]) => JSON.parse(data as string) as Result,
    );
  }

  /** Waits until there are so many results, and returns them. */
  until(count: number): Promise<Result[]> {
    return this.when(() => (this.results.length < count ? undefined : this.results));
  }
}
