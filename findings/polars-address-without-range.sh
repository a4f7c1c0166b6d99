#!/usr/bin/env bash
# polars 2.1.0 (1.32.3 beside it), Python's own http.server
# Expected: read_csv of an http address reads a table of any server, as 1.x did: a server need not have Range (RFC 9110,
# 14.2), and a 200 with the whole table is a valid answer to a request for a part.
# Seen: 2.1.0 asks for a part (`range: bytes=0-3`) and refuses the 200 with the whole: "Range request not supported".
# Each server that makes its answers anew for each request is out of its reach; `read_csv(urlopen(address))` isn't.
# For Kraken: every answer can be had in parts (src/api/http/range.ts), so that docs/polars.md can name addresses.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
for version in 1.32.3 2.1.0; do
  python3 -m venv "$folder/$version"
  "$folder/$version/bin/pip" install --quiet --disable-pip-version-check "polars==$version"
done
cat >"$folder/ask.py" <<'PY'
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import polars as pl

TABLE = b"project,views\nen,7\n"


class Whole(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/csv")
        self.send_header("content-length", str(len(TABLE)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(TABLE)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Whole)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"http://127.0.0.1:{server.server_port}/table.csv"
try:
    print(pl.__version__, "address:", pl.read_csv(address).rows())
except Exception as error:
    print(pl.__version__, "address:", "Range request not supported" if "Range request not supported" in str(error) else error)
print(pl.__version__, "bytes:", pl.read_csv(urlopen(address).read()).rows())
PY
seen="$(for version in 1.32.3 2.1.0; do "$folder/$version/bin/python" "$folder/ask.py"; done)"
printf '%s\n' "$seen"
[[ "$seen" == "1.32.3 address: [('en', 7)]
1.32.3 bytes: [('en', 7)]
2.1.0 address: Range request not supported
2.1.0 bytes: [('en', 7)]" ]] || { echo 'CHANGED' >&2; exit 1; }
