#!/usr/bin/env bash
# pandas 3.1.1, 2.2.3 beside it
# read_json converts columns such as `timestamp` to dates unless convert_dates=False (its default is True), and dtype=False
# says that no other type is inferred. Expected: with dtype=False and convert_dates as it is, `timestamp` has dates.
# Seen: so it is in 2.2.3. In 3.1.1 it stays text, without a word, even where convert_dates=["timestamp"] names it.
# Dates then sort and compare as texts, and .dt fails far from the cause.
# For Kraken: docs/pandas.md reads dates with to_datetime, which is right with both; tests run it.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cat >"$folder/ask.py" <<'PY'
import io

import pandas as pd

lines = '{"timestamp": "2024-03-01", "article": "007"}\n'
for options in [{}, {"dtype": False}, {"dtype": False, "convert_dates": ["timestamp"]}]:
    row = pd.read_json(io.StringIO(lines), lines=True, **options).iloc[0]
    print(pd.__version__, options, repr(row["timestamp"]), repr(str(row["article"])))
PY
seen="$(for version in 2.2.3 3.1.1; do
  python3 -m venv "$folder/$version"
  "$folder/$version/bin/pip" install --quiet --disable-pip-version-check "pandas==$version"
  "$folder/$version/bin/python" -W ignore "$folder/ask.py"
done)"
printf '%s\n' "$seen"
expected="$(cat <<'TEXT'
2.2.3 {} Timestamp('2024-03-01 00:00:00') '7'
2.2.3 {'dtype': False} Timestamp('2024-03-01 00:00:00') '007'
2.2.3 {'dtype': False, 'convert_dates': ['timestamp']} Timestamp('2024-03-01 00:00:00') '007'
3.1.1 {} Timestamp('2024-03-01 00:00:00') '7'
3.1.1 {'dtype': False} '2024-03-01' '007'
3.1.1 {'dtype': False, 'convert_dates': ['timestamp']} '2024-03-01' '007'
TEXT
)"
[[ "$seen" == "$expected" ]] || { echo 'CHANGED' >&2; exit 1; }
