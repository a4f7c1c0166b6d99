"""Reads tables as docs/spreadsheets.md says, and as it warns of. Usage: tables.py BASE_URL; prints JSON."""

import json
import sys

import pandas as pd

base = sys.argv[1] + "/metrics"
countries = base + "/pageviews/top-by-country/en.wikipedia/all-access/2024/03"
languages = base + "/datasets/languages/nan%7C007%7CNA/monthly/20240101/20240301"
hours = base + "/pageviews/aggregate/en.wikipedia/all-access/all-agents/hourly/2024030100/2024030101"
query = sys.argv[1] + "/query?metric=pageviews-top-by-country&where.project=en.wikipedia&by=country&range=2024-03&names=country"
told = {"keep_default_na": False, "na_values": [""]}


def columns(frame, *names):
    plain = frame[list(names)].astype(object)
    return {name: [None if pd.isna(cell) else str(cell) for cell in plain[name]] for name in names}


def read_lines(address):
    frame = pd.read_json(address, lines=True, dtype=False)
    return frame.assign(timestamp=pd.to_datetime(frame["timestamp"]))


warned = pd.read_csv(countries + ".csv")
read = pd.read_csv(countries + ".csv?names=country", **told)
gaps = pd.read_csv(languages + ".csv?fill=null", dtype={"language": str}, parse_dates=["timestamp"], **told)
lines = read_lines(languages + ".ndjson?time=iso")
print(
    json.dumps(
        {
            "untold": columns(warned, "country"),
            "told": columns(read, "country", "country_name", "views_ceil"),
            "query": columns(pd.read_csv(query + "&format=csv", **told), "country", "country_name"),
            "gaps": columns(gaps, "language", "timestamp", "speakers") | {"type": str(gaps["speakers"].dtype)},
            "lines without iso": columns(
                pd.read_json(hours + ".ndjson", lines=True), "timestamp"
            ),
            "hours": columns(read_lines(hours + ".ndjson?time=iso"), "timestamp"),
            "hours of CSV": columns(pd.read_csv(hours + ".csv?time=iso", parse_dates=["timestamp"], **told), "timestamp"),
            "hours of CSV as they are": columns(pd.read_csv(hours + ".csv", parse_dates=["timestamp"], **told), "timestamp"),
            "lines": columns(lines, "language", "timestamp", "speakers"),
        }
    )
)
