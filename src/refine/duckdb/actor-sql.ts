import type { Bindings } from '../../warehouses/lake/sql.ts';

const BLOCK_BYTES = 64;
const [OUTER, INNER] = [0x5c, 0x36] as const;

/**
 * Returns an expression that names an actor as `actorOf` of `src/define` does, of the columns `address`, `user_agent`,
 * `language` and `project`: www.example.net and example.net are one site. DuckDB has SHA-256, but no HMAC.
 * @param key of at most 64 bytes
 */
export function actorSql(bindings: Bindings, key: Uint8Array): string {
  const padded = (pad: number): string => {
    const block = Buffer.alloc(BLOCK_BYTES, pad);
    for (const [place, byte] of key.entries()) block.writeUInt8(byte ^ pad, place);
    return `unhex(${bindings.text(block.toString('hex'))})`;
  };
  const fields = ['address', 'left(user_agent, 200)', 'language', 'project'];
  // After the last one comes the installation of an app, which no request tells.
  const message = fields.map((field) => `encode(${field}) || '\\x00'::BLOB`).join(' || ');
  return `left(sha256(${padded(OUTER)} || unhex(sha256(${padded(INNER)} || ${message}))), 32)`;
}
