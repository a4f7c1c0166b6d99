import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { CHART_STYLE } from '../src/formats/chart/style.ts';

// Makes what browsers load, beside the compiled pages: dist/src/web/assets/.
const source = fileURLToPath(new URL('../../src/web/', import.meta.url));
const target = fileURLToPath(new URL('../src/web/assets/', import.meta.url));
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
/** `@import 'kraken:pictures'`: the style that a picture has where it stands alone. */
const pictures: Plugin = {
  name: 'pictures',
  setup: (build) => {
    build.onResolve({ filter: /^kraken:pictures$/ }, ({ path }) => ({ path, namespace: 'kraken' }));
    build.onLoad({ filter: /.*/, namespace: 'kraken' }, () => ({ contents: CHART_STYLE, loader: 'css' }));
  },
};
await build({
  entryPoints: [`${source}client/kraken.ts`, `${source}kraken.css`],
  outdir: target,
  entryNames: '[name]',
  // What not every page needs is loaded when it does.
  splitting: true,
  chunkNames: 'chunk-[hash]',
  plugins: [pictures],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  logLevel: 'warning',
});
cpSync(createRequire(import.meta.url).resolve('uplot/LICENSE'), `${target}uplot.LICENSE.txt`);
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
