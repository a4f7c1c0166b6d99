import { TFramedTransport } from 'thrift';

/** The size of the length at the start of a frame. */
const HEAD_BYTES = 4;
/** The initial size of a frame, enough for a request of a series-year. */
const FRAME_BYTES = 1024;

/**
 * Thrift's framed transport, made to build a frame in one buffer. Thrift's own keeps a list of pieces, most
 * of one byte each, and copies them twice.
 */
export class LeanTransport extends TFramedTransport {
  // Thrift's constructor sets these; its type declaration lacks them.
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
    // From now on the frame belongs to the socket.
    this.#frame = Buffer.allocUnsafe(FRAME_BYTES);
    this.reset();
    this.onFlush(frame);
  }

  /** Drops the written bytes. */
  reset(): void {
    this.#length = HEAD_BYTES;
  }

  #grow(more: number): void {
    const grown = Buffer.allocUnsafe(Math.max(this.#length + more, this.#frame.length * 2));
    grown.set(this.#frame.subarray(0, this.#length));
    this.#frame = grown;
  }
}
