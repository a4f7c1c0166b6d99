#!/usr/bin/env bash
# resvg (@resvg/resvg-js 2.6.2), beside librsvg (sharp 0.35.5), Node 20
# Expected: `fill="currentColor"` of a parent is inherited as the keyword (CSS Color 4, 6.2), so a child with a `color` of
# its own is painted in that colour, as in browsers and in librsvg.
# Seen: resvg paints the child in the parent's colour. If the child says `fill="inherit"`, which is what it does anyway, it
# is painted in its own. A picture that colours its parts by `color` alone comes out in one colour: dark text on a dark
# background.
# For Kraken: `painted` (src/formats/chart/png.ts) writes colours out before a picture is drawn in dots.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @resvg/resvg-js@2.6.2 sharp@0.35.5 >/dev/null
cat >try.mjs <<'JS'
import { Resvg } from '@resvg/resvg-js';
import sharp from 'sharp';
const svg = (more) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2" color="#ff0000" fill="currentColor"><rect width="2" height="2" color="#0000ff"${more}/></svg>`;
for (const more of ['', ' fill="inherit"']) {
  const dots = new Resvg(svg(more), { font: { loadSystemFonts: false } }).render().pixels;
  const others = await sharp(Buffer.from(svg(more))).raw().toBuffer();
  const first = (pixels) => [...pixels.subarray(0, 3)].join(',');
  console.log(`rect${more}: resvg ${first(dots)}, librsvg ${first(others)}`);
}
JS
seen="$(node try.mjs)"
printf '%s\n' "$seen"
[[ "$seen" == 'rect: resvg 255,0,0, librsvg 0,0,255
rect fill="inherit": resvg 0,0,255, librsvg 0,0,255' ]] || { echo 'CHANGED' >&2; exit 1; }
