#!/usr/bin/env bash
# pandas 2.2.3
# JSON tells strings from numbers. Expected of read_json: what is a string stays one.
# Seen: strings of digits become numbers ("007" is 7), the string "nan" is a missing value, and in a
# column called `timestamp` a string of ten digits is taken for seconds since 1970: the hour
# "2024010100" of Wikimedia's API is a day of 2034, while "20240101", with eight, stays a number.
# For Kraken: `?time=iso`, and docs/spreadsheets.md has the reading that is right, run by tests.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==2.2.3
cat >"$folder/ask.py" <<'PY'
import io
import pandas as pd
for text in [
    '[{"lang": "nan", "article": "007"}]',
    '[{"timestamp": "2024010100"}]',
    '[{"timestamp": "20240101"}]',
    '[{"timestamp": "2024-01-01"}]',
]:
    row = pd.read_json(io.StringIO(text)).iloc[0].to_dict()
    print(text, '->', ' '.join(repr(value) for value in row.values()))
row = pd.read_json(io.StringIO('[{"lang": "nan", "article": "007"}]'), dtype=False).iloc[0].to_dict()
print('dtype=False ->', ' '.join(repr(value) for value in row.values()))
PY
seen="$("$folder/venv/bin/python" -W ignore "$folder/ask.py")"
expected="$(cat <<'TEXT'
[{"lang": "nan", "article": "007"}] -> nan 7.0
[{"timestamp": "2024010100"}] -> Timestamp('2034-02-20 01:01:40')
[{"timestamp": "20240101"}] -> 20240101
[{"timestamp": "2024-01-01"}] -> Timestamp('2024-01-01 00:00:00')
dtype=False -> 'nan' '007'
TEXT
)"
printf '%s\n' "$seen"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
