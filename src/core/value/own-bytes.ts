/**
 * Copies bytes into memory of their own, for caches: a Buffer is often a small part of a far larger
 * ArrayBuffer, and keeps all of it alive.
 */
export function ownBytes(bytes: Buffer): Buffer {
  if (bytes.length === bytes.buffer.byteLength) return bytes;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  own.set(bytes);
  return own;
}
