#!/usr/bin/env bash
# lru-cache 11.5.3 with the brotli and gzip of Node's zlib (seen on Node 20.20)
# A cache of compressed bodies is bounded by their lengths: `sizeCalculation: (body) => body.length`.
# Expected: a cache whose bodies have 24 KB together holds about so much.
# Seen: zlib's asynchronous functions hand out a part of the buffer they filled. Eleven bytes keep 16 KiB
# alive (brotli), or 8 KiB (gzip): the cache holds some 1,000 times what it counts.
# For Kraken: what is kept is copied first (src/core/value/own-bytes.ts); test/read/held-bytes.test.ts measures it.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund lru-cache@11.5.3
cat >ask.mjs <<'JS'
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
for (const [name, compress] of Object.entries({ brotli: promisify(brotliCompress), gzip: promisify(gzip) })) {
  const cache = new LRUCache({ maxSize: 1024 * 1024, sizeCalculation: (body) => body.length });
  for (let i = 0; i < 1000; i++) cache.set(i, await compress(Buffer.alloc(2000, 'a')));
  const held = [...cache.values()].reduce((sum, body) => sum + body.buffer.byteLength, 0);
  console.log(name, cache.size, 'bodies', held / cache.size, 'bytes held for each', held > 100 * cache.calculatedSize);
}
JS
seen="$(node ask.mjs)"
expected='brotli 1000 bodies 16384 bytes held for each true
gzip 1000 bodies 8192 bytes held for each true'
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
