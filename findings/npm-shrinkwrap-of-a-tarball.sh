#!/usr/bin/env bash
# npm 11.19.1
# Expected: the npm-shrinkwrap.json in a package pins what it depends on for whoever installs it, as npm's guide says
# of published packages; so also where its tarball is installed from a file.
# Seen: installed from a file, globally or into a project, the shrinkwrap in the tarball counts for nothing: the newest
# version in the declared range comes.
# For Kraken: what the package of npm pack needs in one version only is declared exactly, or bundled (package.json).
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund npm@11.19.1
npm="$folder/node_modules/.bin/npm"
mkdir pinned project && cd pinned
echo '{"name":"pinned","version":"1.0.0","bin":"ms.js","dependencies":{"ms":"2.0.0"}}' >package.json
printf '#!/usr/bin/env node\nconsole.log(require("ms/package.json").version);\n' >ms.js
"$npm" install --silent --no-audit --no-fund
"$npm" shrinkwrap --silent >/dev/null
# A range that allows newer ones, with 2.0.0 pinned in the shrinkwrap.
sed -i 's/"ms": *"2.0.0"/"ms":"2.0.0 - 2.1.3"/' package.json npm-shrinkwrap.json
"$npm" pack --silent >/dev/null
listed="$(tar -tzf pinned-1.0.0.tgz | grep -c npm-shrinkwrap.json)"
"$npm" install --silent --no-audit --no-fund --global --prefix "$folder/global" ./pinned-1.0.0.tgz
cd ../project
echo '{"name":"project","version":"1.0.0"}' >package.json
"$npm" install --silent --no-audit --no-fund ../pinned/pinned-1.0.0.tgz
seen="in the tarball: $listed
globally: $("$folder/global/bin/pinned")
in a project: $(node_modules/.bin/pinned)"
expected='in the tarball: 1
globally: 2.1.3
in a project: 2.1.3'
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
