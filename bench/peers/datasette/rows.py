"""Makes a SQLite database of rows: rows.py ROWS.ndjson ROWS.db"""

import json
import sqlite3
import sys

COLUMNS = ["project", "article", "granularity", "timestamp", "access", "agent", "views"]

source, target = sys.argv[1:]
database = sqlite3.connect(target)
database.execute(
    "CREATE TABLE rows (project TEXT, article TEXT, granularity TEXT, timestamp TEXT, access TEXT, agent TEXT,"
    " views INTEGER, PRIMARY KEY (article, timestamp)) WITHOUT ROWID"
)
with open(source, encoding="utf-8") as lines:
    rows = (json.loads(line) for line in lines)
    database.executemany(
        "INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?)", ([row[name] for name in COLUMNS] for row in rows)
    )
database.commit()
