#!/usr/bin/env bash
# node:test of Node 20.20.2 and 24.21.0
# Expected: what a suite's async function registers belongs to the suite, whatever the function has awaited before.
# Seen: after an await of a promise that was made outside of the suite, tests and hooks become those of the file: the test
# is counted beside its suite, and its `before` runs before the whole file's first test. After an await of a promise that
# was made inside, all is as expected. (The suite is found by async_hooks, which follow the promise to who made it.)
# For Kraken: test/support/together.ts runs files as suites of one process, and awaits nothing in them but their import;
# test/support/crash-thread.ts awaits only promises that it makes itself. test/process/batches.test.ts guards it.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >file.mjs <<'JS'
import { after, before, describe, it } from 'node:test';
const made = Promise.resolve();
const ran = [];
describe('awaits its own', async () => {
  await Promise.resolve();
  before(() => ran.push('its hook'));
  it('is inside', () => ran.push('test'));
});
describe('awaits another', async () => {
  await made;
  before(() => ran.push('other hook'));
  it('is outside', () => ran.push('other test'));
});
after(() => console.log(`order: ${ran.join(', ')}`));
JS
for version in 20.20.2 24.21.0; do
  npm install --silent --no-audit --no-fund --no-save --prefix "$version" "node@$version" >/dev/null
  "$version/node_modules/node/bin/node" --test --test-reporter=tap file.mjs >out
  seen="$(grep -E '^ *(ok|# order)' out | sed 's/ # .*//')"
  printf '%s\n%s\n' "Node $version" "$seen"
  [[ "$seen" == '# order: other hook, its hook, test, other test
    ok 1 - is inside
ok 1 - awaits its own
ok 2 - awaits another
ok 3 - is outside' ]] || { echo 'CHANGED' >&2; exit 1; }
done
