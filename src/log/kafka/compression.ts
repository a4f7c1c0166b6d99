import zlib from 'node:zlib';
import { compressionsAlgorithms } from '@platformatic/kafka';
import { decompress as decompressZstd } from 'fzstd';

/** The largest size of a batch unpacked by Node's own gzip and zstd. */
const MAX_BYTES = 256 * 2 ** 20;
/** Java's snappy library writes this before its pieces, and two versions of 4 bytes after it. */
const PIECES = Buffer.from('\x82SNAPPY\0', 'latin1');
const PIECES_AT = 16;

/**
 * Unpacks the records of a batch.
 * @param codec the lowest three bits of its attributes
 * @throws Error where the bytes are no output of the codec
 */
export function decompress(codec: number, bytes: Buffer): Buffer {
  switch (codec) {
    case 0:
      return bytes;
    case 1:
      return zlib.gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
    case 2:
      return fromSnappy(bytes);
    case 3:
      return compressionsAlgorithms.lz4.decompressSync(bytes);
    case 4:
      return fromZstd(bytes);
    default:
      throw new RangeError(`no compression has the number ${codec}`);
  }
}

/** Java frames what it compresses; librdkafka doesn't. */
function fromSnappy(bytes: Buffer): Buffer {
  const { snappy } = compressionsAlgorithms;
  if (!bytes.subarray(0, PIECES.length).equals(PIECES)) return snappy.decompressSync(bytes);
  const pieces: Buffer[] = [];
  for (let at = PIECES_AT; at < bytes.length;) {
    const length = bytes.readInt32BE(at);
    at += 4;
    pieces.push(snappy.decompressSync(bytes.subarray(at, at + length)));
    at += length;
  }
  return Buffer.concat(pieces);
}

/** Node has zstd from 22.15 on only. */
function fromZstd(bytes: Buffer): Buffer {
  const native: unknown = Reflect.get(zlib, 'zstdDecompressSync');
  if (typeof native === 'function') {
    return (native as typeof zlib.gunzipSync)(bytes, { maxOutputLength: MAX_BYTES });
  }
  const unpacked = decompressZstd(bytes);
  return Buffer.from(unpacked.buffer, unpacked.byteOffset, unpacked.byteLength);
}
