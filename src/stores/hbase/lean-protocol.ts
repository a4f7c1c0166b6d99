import { createRequire } from 'node:module';
import Thrift from 'thrift';
import type { LeanTransport } from './lean-transport.ts';

const UnderrunError = createRequire(import.meta.url)(
  'thrift/lib/nodejs/lib/thrift/input_buffer_underrun_error.js',
) as new () => Error;

/** Thrift looks for another message behind each, and learns by this error that there is none. */
const NO_MORE = new UnderrunError();

/** What the tenth byte of a number counts for, the last that 64 bits take. */
const LAST_BYTE = 2 ** 63;

/** Enough of Thrift's Int64 for who reads and sends timestamps. */
class WholeNumber {
  readonly #value: number;

  constructor(value: number) {
    this.#value = value;
  }

  toNumber(): number {
    return this.#value;
  }
}

/** A number that this protocol sends, and gives where it reads one: exact to 2^52. */
export function int64(value: number): Thrift.Int64 {
  return new WholeNumber(value) as unknown as Thrift.Int64;
}

/**
 * Thrift's compact protocol, quicker at what cells are asked for and sent with. Thrift makes an
 * error with its stack for every answer, and a buffer for every length, timestamp and byte that is
 * read or sent, more than a hundred of them for the twelve cells of a year; and it makes them by a
 * way that is so deprecated that Node looks at the stack of who uses it.
 */
export class LeanProtocol extends Thrift.TCompactProtocol {
  // Thrift's own constructor sets it; its declaration doesn't say so. What is read from is one of
  // Thrift's own, which has all but the writing.
  declare readonly trans: LeanTransport;

  override readMessageBegin(): Thrift.TMessage {
    const { readPos, inBuf } = this.trans;
    if (readPos >= inBuf.length) throw NO_MORE;
    return super.readMessageBegin();
  }

  /** Forgets what was written of a message that could not be written to its end: Thrift asks for it. */
  reset(): void {
    this.trans.reset();
  }

  override writeByte(byte: number): void {
    this.trans.writeByte(byte);
  }

  override writeString(text: string | Buffer): void {
    this.writeBinary(typeof text === 'string' ? Buffer.from(text) : text);
  }

  override writeBinary(bytes: string | Buffer): void {
    const piece = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    this.writeVarint32(piece.length);
    this.trans.write(piece);
  }

  override writeI64(value: number | Thrift.Int64): void {
    const whole = typeof value === 'number' ? value : value.toNumber();
    let zigzag = whole < 0 ? -2 * whole - 1 : 2 * whole;
    for (; zigzag >= 0x80; zigzag = Math.floor(zigzag / 0x80)) this.trans.writeByte((zigzag % 0x80) | 0x80);
    this.trans.writeByte(zigzag);
  }

  override readI64(): Thrift.Int64 {
    const zigzag = this.#readVarint();
    return int64(zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2);
  }

  /** Thrift's own name, by which it writes each length. */
  protected writeVarint32(value: number): void {
    let rest = value >>> 0;
    for (; rest >= 0x80; rest >>>= 7) this.trans.writeByte((rest & 0x7f) | 0x80);
    this.trans.writeByte(rest);
  }

  /** Thrift's own name, by which it reads each length and 32-bit number. */
  protected readVarint32(): number {
    return this.#readVarint() | 0;
  }

  #readVarint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.trans.readByte();
      value += (byte & 0x7f) * factor;
      if ((byte & 0x80) === 0) return value;
      if (factor === LAST_BYTE) throw new Error('a number of more than 64 bits');
    }
  }
}
