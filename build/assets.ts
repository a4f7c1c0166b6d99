import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { PAGE_CHART_STYLE } from '../src/formats/chart/style.ts';

// Makes what browsers load, beside the compiled pages: dist/src/web/assets/.
const source = fileURLToPath(new URL('../../src/web/', import.meta.url));
const target = fileURLToPath(new URL('../src/web/assets/', import.meta.url));
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
/** `@import 'kraken:pictures'`: the style of the pictures in a page. */
const pictures: Plugin = {
  name: 'pictures',
  setup: (build) => {
    build.onResolve({ filter: /^kraken:pictures$/ }, ({ path }) => ({ path, namespace: 'kraken' }));
    build.onLoad({ filter: /.*/, namespace: 'kraken' }, () => ({
      contents: PAGE_CHART_STYLE,
      loader: 'css',
    }));
  },
};
const options: BuildOptions = {
  outdir: target,
  entryNames: '[name]',
  plugins: [pictures],
  bundle: true,
  minify: true,
  target: 'es2022',
  logLevel: 'warning',
};
await build({
  ...options,
  entryPoints: [`${source}client/kraken.ts`, `${source}kraken.css`],
  format: 'esm',
  // What not every page needs is loaded when it does.
  splitting: true,
  chunkNames: 'chunk-[hash]',
});
// They follow scripts that aren't modules.
await build({
  ...options,
  entryPoints: [`${source}client/api-console.ts`, `${source}client/graphiql-console.ts`],
  format: 'iife',
});
// What sites include that are collected: as small as can be.
const collectAssets = fileURLToPath(new URL('../src/collect/http/assets/', import.meta.url));
rmSync(collectAssets, { recursive: true, force: true });
await build({
  ...options,
  outdir: collectAssets,
  entryPoints: [fileURLToPath(new URL('../../src/collect/client/k.ts', import.meta.url))],
  format: 'iife',
});
cpSync(`${source}kraken.svg`, `${target}kraken.svg`);

const require = createRequire(import.meta.url);
cpSync(require.resolve('uplot/LICENSE'), `${target}uplot.LICENSE.txt`);

// What the GraphQL console is made of, with its licences.
const CONSOLES = {
  [require.resolve('graphiql/package.json')]: ['graphiql.min.css', 'graphiql.min.js'],
  [require.resolve('react/package.json')]: ['umd/react.production.min.js'],
  [require.resolve('react-dom/package.json')]: ['umd/react-dom.production.min.js'],
};
for (const [manifest, files] of Object.entries(CONSOLES)) {
  const folder = dirname(manifest);
  for (const file of files) cpSync(`${folder}/${file}`, target + basename(file));
  cpSync(`${folder}/LICENSE`, `${target}${basename(folder)}.LICENSE.txt`);
}

// The guides are pages too.
cpSync(fileURLToPath(new URL('../../docs/', import.meta.url)), `${target}../guides/`, { recursive: true });

// The digests of them all, for their URLs: so that the big ones needn't be read before they are asked for.
const digests = readdirSync(target).map((name) => [
  name,
  createHash('sha256')
    .update(readFileSync(target + name))
    .digest('base64url')
    .slice(0, 10),
]);
writeFileSync(`${target}digests.json`, JSON.stringify(Object.fromEntries(digests)));
