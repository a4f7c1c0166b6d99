"""Calls every endpoint that mwviews and pageviewapi have, unchanged but for the base URL.

Usage: clients.py BASE_URL; prints one JSON object: what each call gave, or its error.
"""

import json
import sys

import mwviews.api.pageviews as mwviews
import pageviewapi.client as pageviewapi

base = sys.argv[1] + "/api/rest_v1/metrics"
mwviews.endpoints = {
    name: url.replace("https://wikimedia.org/api/rest_v1/metrics", base) for name, url in mwviews.endpoints.items()
}
pageviewapi._api.__defaults__ = (base,)

client = mwviews.PageviewsClient("kraken tests")
calls = {
    "mwviews.article_views daily": lambda: client.article_views(
        "de.wikipedia", ["Philip, Duke of Edinburgh"], access="desktop", start="20150701", end="20150703"
    ),
    "mwviews.article_views monthly": lambda: client.article_views(
        "en.wikipedia", ["Moonlight (2016 film)"], agent="user", granularity="monthly", start="20170101", end="20170331"
    ),
    "mwviews.project_views daily": lambda: client.project_views(["en.wikipedia"], start="20240301", end="20240302"),
    "mwviews.project_views hourly": lambda: client.project_views(
        ["en.wikipedia"], granularity="hourly", start="2024030100", end="2024030101"
    ),
    "mwviews.project_views monthly": lambda: client.project_views(
        ["en.wikipedia"], agent="user", access="desktop", granularity="monthly", start="20160101", end="20160331"
    ),
    "mwviews.top_articles": lambda: client.top_articles("en.wikipedia", year=2024, month=12, day=15, limit=3),
    "mwviews.top_by_country": lambda: client.top_by_country("en.wikipedia", year=2024, month=3),
    "mwviews.top_per_country": lambda: client.top_per_country("fr", year=2024, month=3, day=1),
    "pageviewapi.per_article": lambda: pageviewapi.per_article(
        "de.wikipedia", "Philip,_Duke_of_Edinburgh", "20150701", "20150703", access="desktop"
    ),
    "pageviewapi.top": lambda: pageviewapi.top("en.wikipedia", 2024, 12, 15),
    "pageviewapi.top, one digit": lambda: pageviewapi.top("en.wikipedia", 2024, 3, 1),
    "pageviewapi.aggregate": lambda: pageviewapi.aggregate(
        "en.wikipedia", "2016010100", "2016033100", access="desktop", agent="user", granularity="monthly"
    ),
    "pageviewapi.unique_devices": lambda: pageviewapi.unique_devices(
        "en.wikipedia", "20200201", "20200201", access="all-sites", granularity="monthly"
    ),
    "pageviewapi.unique_devices, its default access": lambda: pageviewapi.unique_devices(
        "en.wikipedia", "20210102", "20210102"
    ),
    "pageviewapi.legacy_pagecounts": lambda: pageviewapi.legacy_pagecounts(
        "en.wikipedia", "2010010100", "2010033123", access_site="desktop-site", granularity="monthly"
    ),
    "pageviewapi.per_article, not there": lambda: pageviewapi.per_article(
        "de.wikipedia", "No such page", "20150701", "20150703"
    ),
}


def plain(value):
    """As JSON can have it; pageviewapi's dicts hide their own methods behind their data."""
    if isinstance(value, dict):
        return {str(key): plain(dict.__getitem__(value, key)) for key in sorted(dict.keys(value), key=str)}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


# mwviews prints what goes wrong.
sys.stdout, out = sys.stderr, sys.stdout
results = {}
for name, call in calls.items():
    try:
        results[name] = {"value": plain(call())}
    except Exception as error:
        results[name] = {"error": f"{type(error).__name__}: {error}"[:200]}
out.write(json.dumps(results))
