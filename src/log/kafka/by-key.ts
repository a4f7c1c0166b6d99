import { murmur2 } from './murmur2.ts';

/** Gives each value to the partition of its key: the one that Java's producers choose for a record with that key. */
export function byKey<Partition>(
  values: readonly Uint8Array[],
  keys: readonly string[],
  partitions: readonly Partition[],
): Map<Partition, Uint8Array[]> {
  const parts = new Map<Partition, Uint8Array[]>();
  for (const [index, value] of values.entries()) {
    const hash = murmur2(Buffer.from(keys[index] as string)) & 0x7fff_ffff;
    const partition = partitions[hash % partitions.length] as Partition;
    const part = parts.get(partition);
    if (part) part.push(value);
    else parts.set(partition, [value]);
  }
  return parts;
}
