const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;

/**
 * Returns the hash by which Java's producers choose the partition of a key, as a signed 32-bit number
 * (org.apache.kafka.common.utils.Utils.murmur2). The client's own function computes with BigInt, which takes
 * longer than appending does.
 */
export function murmur2(key: Uint8Array): number {
  const whole = key.length & ~3;
  let hash = SEED ^ key.length;
  for (let at = 0; at < whole; at += 4) {
    const part = Math.imul(
      byteAt(key, at) |
        (byteAt(key, at + 1) << 8) |
        (byteAt(key, at + 2) << 16) |
        (byteAt(key, at + 3) << 24),
      MULTIPLIER,
    );
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(part ^ (part >>> SHIFT), MULTIPLIER);
  }
  if (whole < key.length) {
    for (let at = key.length - 1; at >= whole; at--) hash ^= byteAt(key, at) << (8 * (at - whole));
    hash = Math.imul(hash, MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return (hash ^ (hash >>> 15)) | 0;
}

function byteAt(key: Uint8Array, at: number): number {
  return key[at] as number;
}
