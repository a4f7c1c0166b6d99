/*
 * Numbers as Kafka's records have them: seven bits a byte, the lowest first, the sign in the lowest
 * bit (zigzag). They may have 64 bits, so that numbers and not bits are calculated with.
 */

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

export function varintLength(value: number): number {
  let length = 1;
  for (let rest = zigzag(value); rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/** @returns where to write on */
export function writeVarint(bytes: Buffer, from: number, value: number): number {
  let at = from;
  let rest = zigzag(value);
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80;
  bytes[at++] = rest;
  return at;
}

/** Exact up to 2^53 − 1. @throws RangeError where the bytes end before it does */
export function readVarint(bytes: Buffer, cursor: { at: number }): number {
  let sum = 0;
  let weight = 1;
  for (;;) {
    const byte = bytes[cursor.at++];
    if (byte === undefined) throw new RangeError('a number ends too early');
    sum += (byte & 0x7f) * weight;
    if (byte < 0x80) return sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2;
    weight *= 0x80;
  }
}
