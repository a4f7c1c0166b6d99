import { createRequire } from 'node:module';
import Thrift from 'thrift';
import type { LeanTransport } from './lean-transport.ts';

const UnderrunError = createRequire(import.meta.url)(
  'thrift/lib/nodejs/lib/thrift/input_buffer_underrun_error.js',
) as new () => Error;

/** Thrift reads on after each message. This error tells it that there are no more. */
const NO_MORE = new UnderrunError();

/** The factor of a number's tenth byte, the last one that 64 bits need. */
const LAST_BYTE = 2 ** 63;

/** The part of Thrift's Int64 that reading and sending timestamps needs. */
class WholeNumber {
  readonly #value: number;

  constructor(value: number) {
    this.#value = value;
  }

  toNumber(): number {
    return this.#value;
  }
}

/** Returns a number as this protocol sends and reads it, exact up to 2^52. */
export function int64(value: number): Thrift.Int64 {
  return new WholeNumber(value) as unknown as Thrift.Int64;
}

/**
 * Thrift's compact protocol, made faster for reading and writing cells. Thrift makes an error with a stack for every
 * answer, and a buffer for every length, timestamp and byte read or sent: more than a hundred for the twelve cells of
 * a year. It makes these buffers with a constructor so deprecated that Node inspects the caller's stack each time.
 */
export class LeanProtocol extends Thrift.TCompactProtocol {
  // Thrift's constructor sets this; its type declaration lacks it. The object that is read from is Thrift's
  // own transport, which lacks only the writing methods.
  declare readonly trans: LeanTransport;

  override readMessageBegin(): Thrift.TMessage {
    const { readPos, inBuf } = this.trans;
    if (readPos >= inBuf.length) throw NO_MORE;
    return super.readMessageBegin();
  }

  /** Drops a partly written message. Thrift calls this when writing fails. */
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

  /** Thrift's name for the method that writes every length. */
  protected writeVarint32(value: number): void {
    let rest = value >>> 0;
    for (; rest >= 0x80; rest >>>= 7) this.trans.writeByte((rest & 0x7f) | 0x80);
    this.trans.writeByte(rest);
  }

  /** Thrift's name for the method that reads every length and 32-bit number. */
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
