import { TextDecoder } from 'node:util';
import { UnreadableFileError } from '../../load/bad-row.ts';
import type { Encoding } from '../forms/text-form.ts';

/**
 * Yields a text as UTF-8.
 * @throws UnreadableFileError for bytes that the encoding doesn't have
 */
export async function* decoded(
  content: AsyncIterable<Buffer>,
  encoding: Encoding,
  file: string,
): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined;
  try {
    for await (const chunk of content) {
      decoder ??= decoderOf(encoding, chunk);
      const text = decoder.decode(chunk, { stream: true });
      if (text !== '') yield Buffer.from(text);
    }
    const rest = decoder?.decode();
    if (rest) yield Buffer.from(rest);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UnreadableFileError(file, `is not ${encoding}: name another encoding, or leave encoding out`, {
      cause,
    });
  }
}

function decoderOf(encoding: Encoding, start: Buffer): TextDecoder {
  const isBig = start[0] === 0xfe && start[1] === 0xff;
  // Without a mark, UTF-16 is what Windows writes.
  const label = encoding !== 'utf-16' ? encoding : isBig ? 'utf-16be' : 'utf-16le';
  return new TextDecoder(label, { fatal: true });
}

/** What a text that isn't UTF-8 most likely is: UTF-16 by its marks or zeros, or else an encoding of Windows. */
export function likelyEncoding(bytes: Buffer): { encoding: Encoding; word: string | undefined } {
  const zeros = bytes.subarray(0, 64).filter((byte) => byte === 0).length;
  const isMarked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isMarked || zeros > 8) return { encoding: 'utf-16', word: undefined };
  const text = new TextDecoder('windows-1252').decode(bytes);
  return { encoding: 'windows-1252', word: /\p{L}*[^\0-\x7f]+\p{L}*/u.exec(text)?.[0].slice(0, 40) };
}
