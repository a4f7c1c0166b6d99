import { Problem } from '../../core/problem.ts';
import type { Chunk } from '../../feed/chunk.ts';
import type { Following } from '../../feed/feeds.ts';
import { SharedFeed } from '../../feed/shared-feed.ts';
import type { Part } from '../listen/part.ts';
import type { Basis } from './basis.ts';

/** The answer to an operation. */
export interface OperationAnswer {
  /** The execution's result as JSON. */
  readonly result: string;
  /** Whether it has no data, because of a mistake in the operation: asking again doesn't help. */
  readonly isRefused: boolean;
  readonly basis: Basis;
}

/** Executes an operation. */
export type Answering = (signal: AbortSignal) => Promise<OperationAnswer>;

/** An operation is mistaken. The message is its result as JSON. */
export class RefusedOperation extends Error {
  override name = 'RefusedOperation';
}

/** Follows the answer to a subscription, for all who subscribe to it: it is executed once for each change. */
export class OperationFeed extends SharedFeed {
  readonly #answering: Answering;
  readonly #signal: AbortSignal;
  #answer: OperationAnswer;
  #chunk: Chunk;
  #isPartial: boolean;

  private constructor(key: string, answering: Answering, signal: AbortSignal, answer: OperationAnswer) {
    super(key);
    this.#answering = answering;
    this.#signal = signal;
    this.#answer = answer;
    this.#chunk = chunkOf(answer);
    this.#isPartial = answer.basis.hasFailed;
  }

  /** Executes an operation for the first time. @throws RefusedOperation */
  static async open(key: string, answering: Answering, signal: AbortSignal): Promise<OperationFeed> {
    const answer = await answering(signal);
    if (answer.isRefused) throw new RefusedOperation(answer.result);
    return new OperationFeed(key, answering, signal, answer);
  }

  /** The newest answer. */
  get chunk(): Chunk {
    return this.#chunk;
  }

  override get bytes(): number {
    // As text, and as bytes.
    return 2 * this.#answer.result.length + this.key.length;
  }

  override get moves(): boolean {
    return this.#answer.basis.moves;
  }

  override get isPartial(): boolean {
    return this.#isPartial;
  }

  override rest(): void {
    // It keeps nothing but its answer.
  }

  protected override async ask(): Promise<void> {
    const before = this.#answer;
    if (before.basis.isSame) return;
    const answer = await this.#answering(this.#signal);
    this.#isPartial = answer.basis.hasFailed;
    // Until the engine is back, the last answer stands.
    if (this.#isPartial) return;
    this.#answer = answer;
    if (answer.result !== before.result) {
      this.#chunk = chunkOf(answer);
      this.tell();
    }
    if (answer.isRefused) throw new Problem('invalid-request', 'This operation can no longer be executed.');
  }
}

function chunkOf({ result }: OperationAnswer): Chunk {
  const events = [{ type: 'next', data: result, id: undefined }] as const;
  return { events, id: '', end: 0, bytes: new Map(), next: undefined };
}

/**
 * Where a client is in an operation. An answer is whole, so a client that reads slowly gets the newest one, and those
 * that came before it are left out.
 */
export class OperationPart implements Part {
  readonly id = '';
  readonly behind = 0;
  readonly state = {};
  readonly #following: Following<OperationFeed>;
  #has: Chunk | undefined;

  constructor(following: Following<OperationFeed>) {
    this.#following = following;
  }

  get isCurrent(): boolean {
    return this.#following.feed.chunk === this.#has;
  }

  take(): Chunk | undefined {
    const { chunk } = this.#following.feed;
    if (chunk === this.#has) return undefined;
    this.#has = chunk;
    return chunk;
  }

  leave(): void {
    this.#following.leave();
  }
}
