const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that some bytes are in UTF-8, every character of it kept; undefined where they are none. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** A column of somebody's table is marked as text and holds none. The message goes on after the table's name. */
export class NotTextError extends Error {
  constructor(column: string, value: string, options?: { cause?: unknown }) {
    super(`has ${value} in the column ${column}, which is no text in UTF-8: write it as UTF-8`, options);
    this.name = 'NotTextError';
  }
}
