import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// Makes what browsers load, beside the compiled pages: dist/src/web/assets/.
const source = fileURLToPath(new URL('../../src/web/', import.meta.url));
const target = fileURLToPath(new URL('../src/web/assets/', import.meta.url));
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
await build({
  entryPoints: [`${source}client/kraken.ts`, `${source}kraken.css`],
  outdir: target,
  entryNames: '[name]',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
});
cpSync(`${source}kraken.svg`, `${target}kraken.svg`);

// The digests of them all, for their URLs: so that the big ones needn't be read before they are asked for.
const digests = readdirSync(target).map((name) => [
  name,
  createHash('sha256')
    .update(readFileSync(target + name))
    .digest('base64url')
    .slice(0, 10),
]);
writeFileSync(`${target}digests.json`, JSON.stringify(Object.fromEntries(digests)));
