#!/usr/bin/env bash
# uplot 1.6.32 in Chromium of @sparticuz/chromium 147.0.0, by puppeteer-core 24.43.1
# Expected: importing a chart library can't fail by what language a browser has.
# Seen: where Chromium is started without a locale (LC_ALL=C, as in containers, cron and kiosks), navigator.language
# is en-US@posix, which Intl refuses; uplot gives it to Intl.NumberFormat while it is loaded, so that the import throws.
# For Kraken: src/web/client/ makes the language one that Intl takes before it loads uplot.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund uplot@1.6.32 @sparticuz/chromium@147.0.0 puppeteer-core@25.3.0
cat >ask.mjs <<'JS'
import { readFileSync } from 'node:fs';
import chromium from '@sparticuz/chromium';
import puppeteer from 'puppeteer-core';
const browser = await puppeteer.launch({
  args: chromium.args,
  executablePath: await chromium.executablePath(),
  headless: 'shell',
  env: { ...process.env, LC_ALL: process.argv[2], LANGUAGE: '' },
});
const page = await browser.newPage();
const script = readFileSync('node_modules/uplot/dist/uPlot.esm.js', 'utf8');
console.log(await page.evaluate(async (text) => {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
  const loaded = await import(url).then(() => 'loaded', (error) => String(error));
  return `${navigator.language}: ${loaded}`;
}, script));
await browser.close();
JS
export TMPDIR="$folder" AWS_EXECUTION_ENV=AWS_Lambda_nodejs20.x # so that the package unpacks the libraries that it brings
seen="$(node ask.mjs C; node ask.mjs en_US.UTF-8)"
expected='en-US@posix: RangeError: Invalid language tag: en-US@posix
en-US: loaded'
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
