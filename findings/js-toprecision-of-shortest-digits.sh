#!/usr/bin/env bash
# Node 20.20.2 and 24.11.1 (V8 11.3 and 13.6); Python's repr and format beside them
# Expected: String(x) prints a double with the fewest digits that are read as x again, so x.toPrecision(as many digits)
# prints the same digits: both round x to that many.
# Seen: for 7 in 100 doubles between 10^14 and 10^15 they differ. Such a double lies half-way between two numbers of 16
# digits, String takes the even one, and toPrecision the larger one (ECMA-262 says so). Python rounds to even in both.
# For Kraken: a number of a file is exact if it is what either of them prints (core/value/exact-number.ts). With
# toPrecision alone, numbers that JSON.stringify had written were refused as inexact.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node20@npm:node@20.20.2 node24@npm:node@24.11.1 >/dev/null
cat >count.mjs <<'JS'
let state = 1;
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
const plain = (text) => text.replace(/\.?0+$/, '');
const numbers = Array.from({ length: 100_000 }, () => (1 + 9 * random()) * 1e14);
const differ = numbers.filter((x) => plain(x.toPrecision(String(x).replace('.', '').length)) !== plain(String(x)));
console.log(`${differ.length} of ${numbers.length}, such as ${differ[0]} and ${differ[0].toPrecision(16)}`);
JS
seen="$(for name in node20 node24; do "node_modules/$name/bin/node" count.mjs; done
python3 -c 'x = 568895988685827.25; print(repr(x), f"{x:.16g}")')"
printf '%s\n' "$seen"
[[ "$seen" == '7155 of 100000, such as 769161206376348.2 and 769161206376348.3
7155 of 100000, such as 769161206376348.2 and 769161206376348.3
568895988685827.2 568895988685827.2' ]] || { echo 'CHANGED' >&2; exit 1; }
