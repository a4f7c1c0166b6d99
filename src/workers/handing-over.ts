import type { ChildProcess } from 'node:child_process';

/** A connection that a worker was handed, as `cluster` sends it. */
export interface Handed {
  readonly message: { readonly seq?: number };
  readonly connection: { close?(): void };
}

/**
 * Notes which connection a worker was handed and hasn't taken yet. `cluster` hands one after the other, and waits until
 * the worker says that it has it. If the worker dies before that, `cluster` keeps the connection open for ever, and its client
 * waits for ever. Nothing of it was read then, so another worker can get it.
 */
export class HandingOver {
  readonly #process: ChildProcess;
  #handed: Handed | undefined;

  constructor(process: ChildProcess) {
    this.#process = process;
    const send = process.send.bind(process) as (...sent: unknown[]) => boolean;
    const hand = (
      message: Handed['message'],
      connection?: Handed['connection'],
      ...others: unknown[]
    ): boolean => {
      if (connection) this.#handed = { message, connection };
      return send(message, connection, ...others);
    };
    process.send = hand as ChildProcess['send'];
    process.on('internalMessage', ({ ack }: { readonly ack?: number }) => {
      if (ack !== undefined && ack === this.#handed?.message.seq) this.#handed = undefined;
    });
  }

  /** The connection that was not taken. */
  get left(): Handed | undefined {
    return this.#handed;
  }

  /** Hands over a connection that another worker left. `cluster` finds the answer by the number of the message. */
  take({ message, connection }: Handed): void {
    (this.#process.send as (...sent: unknown[]) => boolean)(message, connection);
  }
}
