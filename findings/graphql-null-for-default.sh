#!/usr/bin/env bash
# graphql 16.15.0 with @apollo/server 5.5.1
# An argument `g: G! = A` has a default, so that a nullable variable may stand for it: the document is
# valid. Expected for {"g": null}: the default, or BAD_USER_INPUT as for every other wrong variable.
# Seen: the error comes while executing, without a code, and Apollo reports INTERNAL_SERVER_ERROR.
# For Kraken: test/api/graphql/inputs.test.ts asks for BAD_USER_INPUT for every argument of every field.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund graphql@16.15.0 @apollo/server@5.5.1
cat >ask.mjs <<'JS'
import { ApolloServer } from '@apollo/server';
const server = new ApolloServer({
  typeDefs: 'enum G { A B } type Query { f(g: G! = A): String }',
  resolvers: { Query: { f: (_, { g }) => g } },
});
const query = 'query($g: G) { f(g: $g) }';
for (const variables of [{}, { g: 'B' }, { g: null }, { g: 'C' }]) {
  const { body } = await server.executeOperation({ query, variables });
  const { data, errors } = body.singleResult;
  console.log(JSON.stringify(variables), errors ? errors[0].extensions.code : data.f);
}
JS
seen="$(node ask.mjs)"
expected='{} A
{"g":"B"} B
{"g":null} INTERNAL_SERVER_ERROR
{"g":"C"} BAD_USER_INPUT'
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
