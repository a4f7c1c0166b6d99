#!/usr/bin/env python3
"""Counts what a day's logs amount to, independently of Kraken: written from docs/definitions.md, with nothing of src/.

count.py --out FOLDER [--site HOST] [--workers 2] LOG...

Logs whose first line is JSON are of the format webrequest, others of the format combined, whose site --site names.
A log that is named twice is read twice. Each metric comes to be FOLDER/METRIC.ndjson, one object a number.
"""
import argparse
import json
import multiprocessing
import os
import sys
import zlib
from collections import Counter, defaultdict
from datetime import timedelta

from counter import HOUR, Count
from rules import DAY, EPOCH, project_of

ACCESSES = ("desktop", "mobile-web", "mobile-app")
AGENTS = ("user", "spider", "automated")
LIST_LENGTH = 1000


def work(logs, site, number, workers):
    """Reads all logs, and counts the projects that fall to a worker."""
    count = Count()
    turns = {}
    for log in logs:
        with open(log, "rb") as lines:
            identity = lines.readline()
            lines.seek(0)
            is_json = identity.startswith(b"{")
            at = 0
            for line in lines:
                if is_json:
                    start = line.find(b'"uri_host":"') + 12
                    host = line[start : line.find(b'"', start)] if start >= 12 else b""
                else:
                    host = site.encode()
                turn = turns.get(host)
                if turn is None:
                    turn = turns[host] = zlib.crc32(project_of(host.decode("utf-8", "replace")).encode()) % workers
                if turn == number and line != b"\n":
                    text = line.rstrip(b"\r\n").decode("utf-8", "replace")
                    count.read(text, (identity, at), site, is_json)
                at += len(line)
    return count.finish()


def stamp(grain, ordinal):
    if grain == "monthly":
        return f"{ordinal // 12}{ordinal % 12 + 1:02}0100"
    instant = EPOCH + timedelta(milliseconds=ordinal * (HOUR if grain == "hourly" else DAY))
    return instant.strftime("%Y%m%d%H")


def month_of(day):
    instant = EPOCH + timedelta(days=day)
    return instant.year * 12 + instant.month - 1


def with_totals(access, agent):
    return [(a, g) for a in (ACCESSES[access], "all-access") for g in (AGENTS[agent], "all-agents")]


class Output:
    def __init__(self, folder):
        self.folder = folder
        self.begun = set()
        os.makedirs(folder, exist_ok=True)

    def write(self, metric, rows):
        how = "a" if metric in self.begun else "w"
        self.begun.add(metric)
        with open(os.path.join(self.folder, f"{metric}.ndjson"), how, encoding="utf-8") as out:
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


def write_count(out, counted):
    names, by_article, by_hour = counted["names"], counted["by_article"], counted["by_hour"]
    daily = Counter()
    for (article, access, agent, day), views in by_article.items():
        for totals in with_totals(access, agent):
            daily[(article, *totals, day)] += views
    out.write(
        "pageviews-per-article",
        (
            {"project": names[article][0], "article": names[article][1], "granularity": "daily",
             "timestamp": stamp("daily", day), "access": access, "agent": agent, "views": views}
            for (article, access, agent, day), views in daily.items()
        ),
    )
    of_projects = Counter()
    for (project, access, agent, hour), views in by_hour.items():
        for totals in with_totals(access, agent):
            for grain, ordinal in (("hourly", hour), ("daily", hour // 24), ("monthly", month_of(hour // 24))):
                of_projects[(project, *totals, grain, ordinal)] += views
    out.write(
        "pageviews-aggregate",
        (
            {"project": project, "access": access, "agent": agent, "granularity": grain,
             "timestamp": stamp(grain, ordinal), "views": views}
            for (project, access, agent, grain, ordinal), views in of_projects.items()
        ),
    )
    lists = defaultdict(Counter)
    for (article, access, agent, day), views in daily.items():
        if agent == "user":
            project, title = names[article]
            lists[project, access, "daily", day][title] += views
            lists[project, access, "monthly", month_of(day)][title] += views
    for (project, access, grain, ordinal), views in lists.items():
        date = stamp(grain, ordinal)
        day = date[6:8] if grain == "daily" else "all-days"
        own = {"project": project, "access": access, "year": date[:4], "month": date[4:6], "day": day}
        out.write("pageviews-top", ({**own, **entry} for entry in top(views)))
    out.write("unique-devices", devices(counted["returned"], counted["fresh"]))
    out.write("unique-devices", devices_of_months(counted["of_months"]))


def top(views):
    """The thousand that were viewed most. Articles with as many views have one rank, and all or none are listed."""
    ranked = sorted(views.items(), key=lambda entry: -entry[1])
    place = 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][1] == ranked[place][1]:
            end += 1
        if end > LIST_LENGTH:
            return
        for title, count in ranked[place:end]:
            yield {"article": title, "views": count, "rank": place + 1}
        place = end


def sites_of(access):
    return f"{ACCESSES[access].partition('-')[0]}-site", "all-sites"


def devices(returned, fresh):
    sums = defaultdict(lambda: [0, 0])
    for measure, counter in enumerate((returned, fresh)):
        for (project, access, day), count in counter.items():
            for site in sites_of(access):
                sums[project, site, day][measure] += count
    for (project, site, day), (underestimate, offset) in sums.items():
        yield {"project": project, "access-site": site, "granularity": "daily", "timestamp": stamp("daily", day)[:8],
               "devices": underestimate + offset, "offset": offset, "underestimate": underestimate}


def devices_of_months(of_months):
    """Nobody knows who came once in a month without cookies, because actors get new names each day."""
    sums = Counter()
    for (project, access, day), count in of_months.items():
        for site in sites_of(access):
            sums[project, site, month_of(day)] += count
    for (project, site, month), underestimate in sums.items():
        if underestimate > 0:
            yield {"project": project, "access-site": site, "granularity": "monthly", "timestamp": stamp("monthly", month)[:8],
                   "devices": None, "offset": None, "underestimate": underestimate}


def write_events(out, counts):
    events = Counter()
    for counted in counts:
        for (outcome, hour), number in counted["events"].items():
            events[outcome, "hourly", hour] += number
            events[outcome, "daily", hour // 24] += number
    rows = [
        {"stream": "webrequest", "outcome": outcome, "granularity": grain, "timestamp": stamp(grain, ordinal), "events": number}
        for (outcome, grain, ordinal), number in events.items()
    ]
    # What can't be read has no time of its own: it counts when it is collected.
    rejected = len(set().union(*(counted["rejected"] for counted in counts)))
    rows.append({"stream": "webrequest", "outcome": "rejected", "granularity": "all", "timestamp": "", "events": rejected})
    out.write("events", rows)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("logs", nargs="+")
    options.add_argument("--out", required=True)
    options.add_argument("--site", default="")
    options.add_argument("--workers", type=int, default=2)
    given = options.parse_args()
    jobs = [(given.logs, given.site, number, given.workers) for number in range(given.workers)]
    with multiprocessing.Pool(given.workers) as pool:
        counts = pool.starmap(work, jobs)
    out = Output(given.out)
    for counted in counts:
        write_count(out, counted)
    write_events(out, counts)
    views = sum(sum(counted["by_hour"].values()) for counted in counts)
    print(json.dumps({"views": views}), file=sys.stderr)


if __name__ == "__main__":
    main()
