"""Reads downloads as their users do: DuckDB in place over HTTP, Frictionless, pandas-like readers. Prints JSON."""
import io
import json
import os
import sys
import urllib.request

import duckdb
import duckdb_extension_httpfs
import openpyxl
import pyarrow.feather
from frictionless import Package

base = sys.argv[1]
folder = os.path.join(os.path.dirname(duckdb_extension_httpfs.__file__), "extensions")
[extension] = [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names if name.endswith(".duckdb_extension")]


def bytes_of(path):
    return io.BytesIO(urllib.request.urlopen(base + path).read())


database = duckdb.connect(config={"allow_unsigned_extensions": "true"})
database.execute(f"LOAD '{extension}'")
file = f"{base}/downloads/unique-devices/daily.parquet"
in_place = database.execute(f"SELECT count(*), CAST(min(\"timestamp\") AS VARCHAR), sum(devices)::BIGINT FROM '{file}'").fetchone()
answer = f"{base}/metrics/unique-devices/en.wikipedia/all-sites/daily/20240130/20240201.parquet"
of_answer = database.execute(f"SELECT CAST(\"timestamp\" AS VARCHAR), devices FROM '{answer}' ORDER BY 1").fetchall()

package = Package(f"{base}/downloads/unique-devices/datapackage.json")
names = [resource.name for resource in package.resources]
# Frictionless reads Parquet by a plugin of its own; it checks the rows of CSV.
for resource in list(package.resources):
    if resource.format != "csv":
        package.remove_resource(resource.name)
report = package.validate()
everything = Package(f"{base}/downloads/datapackage.json")

table = pyarrow.feather.read_table(bytes_of("/downloads/unique-devices/daily.arrow"))
book = openpyxl.load_workbook(bytes_of("/downloads/unique-devices/daily.xlsx"))
rows = list(book["Data"].iter_rows(values_only=True))

print(json.dumps({
    "inPlace": in_place,
    "ofAnswer": of_answer,
    "package": {"names": names, "valid": report.valid, "tasks": report.stats["tasks"], "all": len(everything.resources)},
    "arrow": [table.num_rows, str(table.schema.field("timestamp").type), str(table.schema.field("devices").type)],
    "excel": [book.sheetnames, len(rows), str(rows[1][2]), rows[1][3]],
}))
