const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes UTF-8 and keeps every character, a byte order mark included; undefined for invalid bytes. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A text column of somebody's table holds bytes that aren't text. The message is appended to the table's
 * name.
 */
export class NotTextError extends Error {
  constructor(column: string, value: string, options?: { cause?: unknown }) {
    super(`has ${value} in the column ${column}, which is not valid UTF-8: write it as UTF-8`, options);
    this.name = 'NotTextError';
  }
}
