import { cpSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// Makes what browsers load, beside the compiled pages: dist/src/web/assets/.
const source = fileURLToPath(new URL('../../src/web/', import.meta.url));
const target = fileURLToPath(new URL('../src/web/assets/', import.meta.url));
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
