/**
 * Writes a small file of MaxMind's format (https://maxmind.github.io/MaxMind-DB/): for each prefix, a run of bits
 * such as `00001000`, what is said about it.
 * @param ipVersion 4, or 6 where an address of IPv4 has 96 zeros before it
 */
export function mmdb(ipVersion: 4 | 6, said: Readonly<Record<string, object>>): Buffer {
  const places = Object.entries(said);
  const nodes: [Slot, Slot][] = [[undefined, undefined]];
  let data = Buffer.alloc(0);
  for (const [bits, value] of places) {
    let node = 0;
    for (const [i, bit] of bits.split('').entries()) {
      const side = bit === '1' ? 1 : 0;
      const slots = nodes[node] as [Slot, Slot];
      if (i === bits.length - 1) slots[side] = { offset: data.length };
      else if (typeof slots[side] === 'number') node = slots[side];
      else node = slots[side] = nodes.push([undefined, undefined]) - 1;
    }
    data = Buffer.concat([data, encoded(value)]);
  }
  const tree = Buffer.alloc(nodes.length * 6);
  for (const [i, slots] of nodes.entries())
    for (const side of [0, 1] as const)
      tree.writeUIntBE(valueOf(slots[side], nodes.length), i * 6 + side * 3, 3);
  const metadata = encoded({
    node_count: nodes.length,
    record_size: 24,
    ip_version: ipVersion,
    database_type: 'Test-Country',
    languages: [],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    description: {},
  });
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    data,
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    metadata,
  ]);
}

type Slot = number | { readonly offset: number } | undefined;

/** The number of the node of nothing is the count of nodes; data comes after it and a gap of 16 bytes. */
function valueOf(slot: Slot, count: number): number {
  if (slot === undefined) return count;
  return typeof slot === 'number' ? slot : count + 16 + slot.offset;
}

function encoded(value: unknown): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([Buffer.from([0x40 | value.length]), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([Buffer.from([0xc4]), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 0x04]), ...value.map(encoded)]);
  const entries = Object.entries(value as object);
  return Buffer.concat([Buffer.from([0xe0 | entries.length]), ...entries.flat().map(encoded)]);
}
