/** A call as it went over the wire. */
export interface ThriftCall {
  readonly name: string;
  /** Its arguments, as bytes: each a character. */
  readonly body: string;
}

/** How a message that calls something begins. */
const BINARY = Buffer.from([0x80, 0x01, 0x00, 0x01]);
const COMPACT = Buffer.from([0x82, 0x21]);

/** The calls in what a client sent by the binary protocol, or by the compact one. */
export function thriftCalls(sent: Buffer, protocol: 'binary' | 'compact'): ThriftCall[] {
  const begin = protocol === 'binary' ? BINARY : COMPACT;
  const calls: ThriftCall[] = [];
  for (let at = sent.indexOf(begin); at >= 0;) {
    const next = sent.indexOf(begin, at + begin.length);
    const message = sent.subarray(at + begin.length, next < 0 ? sent.length : next);
    const nameAt = protocol === 'binary' ? 4 : afterNumber(message) + 1;
    const end = nameAt + (message[nameAt - 1] as number);
    calls.push({
      name: message.toString('latin1', nameAt, end),
      body: message.toString('latin1', end),
    });
    at = next;
  }
  return calls;
}

/** Where the number of variable length ends that they begin with. */
function afterNumber(bytes: Buffer): number {
  return 1 + bytes.findIndex((byte) => byte <= 0x7f);
}
