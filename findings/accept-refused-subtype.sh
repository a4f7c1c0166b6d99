#!/usr/bin/env bash
# @hapi/accept 6.0.3, beside negotiator 1.1.0
# RFC 9110, 12.5.1: of the ranges that match a type the most specific one counts, so that
# `text/*;q=0, */*` refuses text/csv. Expected: text/csv is not among what is accepted.
# Seen: @hapi/accept gives it all the same, even first. Types that the header names with one weight come in
# the order of the alphabet, where negotiator keeps the header's. negotiator does as the RFC says.
# For Kraken: negotiator is used (src/api/http/negotiate.ts), and test/api/http/negotiate.test.ts has the cases.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @hapi/accept@6.0.3 negotiator@1.1.0
cat >ask.mjs <<'JS'
import Accept from '@hapi/accept';
import Negotiator from 'negotiator';
const offers = ['text/csv', 'application/json'];
for (const accept of ['text/*;q=0, */*', 'text/csv, application/json', 'text/csv;q=0, */*']) {
  const negotiator = new Negotiator({ headers: { accept } });
  console.log(accept, '|', Accept.mediaTypes(accept, offers).join(' '), '|', negotiator.mediaTypes(offers).join(' '));
}
JS
seen="$(node ask.mjs)"
expected='text/*;q=0, */* | text/csv application/json | application/json
text/csv, application/json | application/json text/csv | text/csv application/json
text/csv;q=0, */* | application/json | application/json'
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
