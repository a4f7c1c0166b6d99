import { TFramedTransport } from 'thrift';

/** Where a frame says its length. */
const HEAD_BYTES = 4;
/** Room for a question after a series-year. */
const FRAME_BYTES = 1024;

/**
 * Thrift's framed transport, which puts a frame together where it is sent from. Thrift keeps a list
 * of its pieces, of one byte each for the most part, and copies them twice.
 */
export class LeanTransport extends TFramedTransport {
  // Thrift's own constructor sets them; its declaration doesn't say so.
  declare readonly inBuf: Buffer;
  declare readonly readPos: number;
  declare readonly onFlush: (frame: Buffer) => void;
  #frame = Buffer.allocUnsafe(FRAME_BYTES);
  #length = HEAD_BYTES;

  writeByte(byte: number): void {
    if (this.#length === this.#frame.length) this.#grow(1);
    this.#frame[this.#length++] = byte;
  }

  override write(bytes: Buffer | string): void {
    const piece = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    if (this.#length + piece.length > this.#frame.length) this.#grow(piece.length);
    this.#frame.set(piece, this.#length);
    this.#length += piece.length;
  }

  override flush(): void {
    const frame = this.#frame.subarray(0, this.#length);
    frame.writeInt32BE(this.#length - HEAD_BYTES);
    // The frame is the socket's from now on.
    this.#frame = Buffer.allocUnsafe(FRAME_BYTES);
    this.reset();
    this.onFlush(frame);
  }

  /** Forgets what was written. */
  reset(): void {
    this.#length = HEAD_BYTES;
  }

  #grow(more: number): void {
    const grown = Buffer.allocUnsafe(Math.max(this.#length + more, this.#frame.length * 2));
    grown.set(this.#frame.subarray(0, this.#length));
    this.#frame = grown;
  }
}
