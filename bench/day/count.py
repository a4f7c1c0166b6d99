#!/usr/bin/env python3
"""Counts what a day's logs amount to, independently of Kraken: written from docs/definitions.md, with nothing of src/.

count.py --out FOLDER [--site HOST] [--workers 2] LOG...

Logs whose first line is JSON are of the format webrequest, others of the format combined, whose site --site names.
A log that is named twice is read twice. Each metric comes to be FOLDER/METRIC.ndjson, one object a number.
"""
import argparse
import functools
import json
import multiprocessing
import os
import re
import sys
import zlib
from array import array
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MS = timedelta(milliseconds=1)
HOUR = 3_600_000
DAY = 24 * HOUR
ACCESSES = ("desktop", "mobile-web", "mobile-app")
AGENTS = ("user", "spider", "automated")
USER, SPIDER, AUTOMATED = range(3)
UNKNOWN, NONE, FIRST, AGAIN = range(4)
LIST_LENGTH = 1000
LONGEST_LINE = 64 * 1024

# --- lines ---------------------------------------------------------------------------------------------------------

COMBINED = re.compile(
    r'(\S+) .*?\[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}|-) (?:\d+|-) "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"'
)
ESCAPE = re.compile(r"(?:\\x[0-9A-Fa-f]{2})+|\\.")


def unescaped(text):
    def plain(match):
        escape = match.group()
        if escape.startswith("\\x"):
            return bytes.fromhex(escape.replace("\\x", "")).decode("utf-8", "replace")
        return escape[1]

    return ESCAPE.sub(plain, text) if "\\" in text else text


def combined_line(text, site):
    """A line of Apache's combined log as the fields of a request; None if it can't be read."""
    match = COMBINED.match(text)
    if match is None:
        return None
    address, time, asked, status, _referer, agent = match.groups()
    try:
        instant = datetime.strptime(time, "%d/%b/%Y:%H:%M:%S %z")
    except ValueError:
        return None
    method, _, rest = unescaped(asked).partition(" ")
    target = rest.rsplit(" ", 1)[0]
    return (instant - EPOCH) // MS, {
        "ip": address,
        "http_status": status,
        "http_method": method,
        "uri_host": site,
        "uri_path": target.partition("?")[0],
        "user_agent": unescaped(agent),
    }


def json_line(text):
    try:
        fields = json.loads(text)
        instant = datetime.fromisoformat(fields["dt"])
    except (ValueError, KeyError, TypeError):
        return None
    if not fields.get("uri_host") or "uri_path" not in fields:
        return None
    return (instant - EPOCH) // MS, fields


# --- definitions ---------------------------------------------------------------------------------------------------

NO_PAGES = re.compile(
    r"\.(avif|bmp|gif|heic|jpe?g|jxl|png|svg|tiff?|webp|css|[cm]?js|eot|otf|ttf|woff2?|atom|rdf|rss|xml|cur|ico)$", re.I
)
APP = re.compile(r"Wikipedia(App|/5\.0\.)")
SPIDER_WORDS = re.compile(
    "bot|spider|WordPress|AppEngine|AppleDictionaryService|Python-urllib|python-requests|Google-HTTP-Java-Client"
    "|Facebook|Yahoo|RockPeaks|PhantomJS|http",
    re.I,
)
SPIDER_STARTS = re.compile(
    r"goo wikipedia|MediaWikiCrawler-Google|wikiwix-bot|Java/|curl|PHP/|Faraday|HTTPC|Ruby|\.NET|Python|Apache|Scrapy"
    r"|PycURL|libwww|Zend|wget|User:|github|\S+@\S+\.[a-z]{2,3}",
    re.I,
)


@functools.cache
def project_of(host):
    """A site of one's own is called by its host, without what AQS leaves out of projects: www. and .org."""
    name = host.strip().lower()
    name = re.sub(r":\d+$", "", name).rstrip(".")
    name = re.sub(r"^www\.", "", name)
    return re.sub(r"\.org$", "", name)


@functools.cache
def content_type(text):
    return text.partition(";")[0].strip().lower()


def is_view(fields):
    if fields.get("http_method") != "GET" or fields.get("http_status") not in ("200", "304"):
        return False
    content = content_type(fields.get("content_type", "-"))
    if content not in ("", "-"):
        return content in ("text/html", "application/xhtml+xml")
    return NO_PAGES.search(fields["uri_path"]) is None


@functools.cache
def is_spider(agent):
    return agent in ("", "-") or bool(SPIDER_WORDS.search(agent) or SPIDER_STARTS.match(agent))


@functools.cache
def is_app(agent):
    return APP.search(agent) is not None


def access_of(agent, analytics):
    if is_app(agent):
        return 2
    return 1 if "ismobile=1" in analytics else 0


def cookie_of(analytics, instant):
    """What X-Analytics tells about cookies, by the rule of the last-access cookie."""
    if analytics in ([""], ["-"]):
        return UNKNOWN
    if "nocookies=1" in analytics:
        return NONE
    for member in analytics:
        key, _, value = member.partition("=")
        if key == "WMF-Last-Access" and len(value) == 11:
            return FIRST if day_of_cookie(value) < instant // DAY else AGAIN
    return FIRST


@functools.cache
def day_of_cookie(text):
    return (datetime.strptime(text, "%d-%b-%Y").replace(tzinfo=timezone.utc) - EPOCH).days


def is_automated(views, pages, minutes, without_cookies, agent_length):
    if views < 10:
        return False
    if views > 800 or views >= 30 * minutes:
        return True
    if views > 100 and without_cookies > 10 and pages < 0.2 * views:
        return True
    return agent_length > 400 or agent_length < 25


# --- counting ------------------------------------------------------------------------------------------------------


class Count:
    """What one worker counts: some of the projects."""

    def __init__(self):
        self.articles = {}
        self.actors = {}
        self.views = []
        self.spiders = []
        self.agent_lengths = array("i")
        self.seen = set()
        self.events = Counter()
        self.rejected = set()
        self.start = None

    def read(self, text, place, site, is_json):
        """@param place where the line stands: the identity of its log, and its byte"""
        read = None
        if len(text) <= LONGEST_LINE:
            read = json_line(text) if is_json else combined_line(text, site)
        if read is None:
            self.rejected.add(place)
            return
        instant, fields = read
        if "sequence" in fields:
            place = (fields["hostname"], fields["sequence"], instant)
        key = hash(place)
        if key in self.seen:
            self.events["duplicate", instant // HOUR] += 1
            return
        self.seen.add(key)
        self.events["accepted", instant // HOUR] += 1
        if is_view(fields):
            self.view(instant, fields)

    def view(self, instant, fields):
        agent = fields.get("user_agent", "")
        analytics = fields.get("x_analytics", "").split(";")
        project = project_of(fields["uri_host"])
        article = self.articles.setdefault((project, fields["uri_path"]), len(self.articles))
        if self.start is None:
            self.start = (instant // DAY - 31) * DAY
        access = access_of(agent, analytics)
        packed = ((instant - self.start << 24 | article) << 2 | access) << 2 | cookie_of(analytics, instant)
        if is_spider(agent):
            self.spiders.append(packed)
            return
        who = (fields.get("ip"), agent[:200], fields.get("accept_language", "-"), fields["uri_host"])
        actor = self.actors.get(who)
        if actor is None:
            actor = self.actors[who] = len(self.actors)
            self.views.append(array("Q"))
            self.agent_lengths.append(len(agent))
        self.views[actor].append(packed)

    # --- what it amounts to ---

    def finish(self):
        """Returns counters by metric, without totals over access and agent."""
        self.names = [None] * len(self.articles)
        for name, number in self.articles.items():
            self.names[number] = name
        self.articles = self.seen = self.actors = None
        self.by_article = Counter()
        self.by_hour = Counter()
        self.returned = Counter()
        self.fresh = Counter()
        for packed in self.spiders:
            self.add(packed, SPIDER)
        for actor, views in enumerate(self.views):
            self.add_actor(sorted(views), self.agent_lengths[actor])
        return self.names, self.by_article, self.by_hour, self.returned, self.fresh, self.events, self.rejected

    def add_actor(self, views, agent_length):
        days = defaultdict(list)
        for packed in views:
            days[((packed >> 28) + self.start) // DAY].append(packed)
        for day, views in days.items():
            once = Counter()
            for packed, agent in labelled(views, agent_length):
                self.add(packed, agent)
                access, cookie = packed >> 2 & 3, packed & 3
                if agent != USER or access == 2:
                    continue
                project = self.names[packed >> 4 & 0xFFFFFF][0]
                if cookie == FIRST:
                    self.returned[project, access, day] += 1
                elif cookie == NONE:
                    once[project, access, day] += 1
            for key, count in once.items():
                if count == 1:
                    self.fresh[key] += 1

    def add(self, packed, agent):
        instant, article, access = (packed >> 28) + self.start, packed >> 4 & 0xFFFFFF, packed >> 2 & 3
        self.by_article[article, access, agent, instant // DAY] += 1
        self.by_hour[self.names[article][0], access, agent, instant // HOUR] += 1


def labelled(views, agent_length):
    """The views of an actor's day, each with its agent: what the actor did up to the end of that hour decides."""
    if len(views) < 10:
        return [(packed, USER) for packed in views]
    found = []
    pages = without_cookies = place = 0
    first = views[0] >> 28
    while place < len(views):
        begin = place
        pages_of_hour = set()
        hour = (views[begin] >> 28) // HOUR
        while place < len(views) and (views[place] >> 28) // HOUR == hour:
            pages_of_hour.add(views[place] >> 4 & 0xFFFFFF)
            without_cookies += views[place] & 3 == NONE
            place += 1
        pages += len(pages_of_hour)
        minutes = minutes_between(first, views[place - 1] >> 28)
        automated = is_automated(place, pages, minutes, without_cookies, agent_length)
        found.extend((packed, AUTOMATED if automated else USER) for packed in views[begin:place])
    return found


def minutes_between(first, last):
    return max(1, (last - first) / 60_000)


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


# --- output --------------------------------------------------------------------------------------------------------


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
    names, by_article, by_hour, returned, fresh, _, _ = counted
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
    out.write("unique-devices", devices(returned, fresh))


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


def devices(returned, fresh):
    sums = defaultdict(lambda: [0, 0])
    for measure, counter in enumerate((returned, fresh)):
        for (project, access, day), count in counter.items():
            for site in (f"{ACCESSES[access].partition('-')[0]}-site", "all-sites"):
                sums[project, site, day][measure] += count
    for (project, site, day), (underestimate, offset) in sums.items():
        yield {"project": project, "access-site": site, "granularity": "daily", "timestamp": stamp("daily", day)[:8],
               "devices": underestimate + offset, "offset": offset, "underestimate": underestimate}


def write_events(out, counts):
    events = Counter()
    for counted in counts:
        for (outcome, hour), number in counted[5].items():
            events[outcome, "hourly", hour] += number
            events[outcome, "daily", hour // 24] += number
    rows = [
        {"stream": "webrequest", "outcome": outcome, "granularity": grain, "timestamp": stamp(grain, ordinal), "events": number}
        for (outcome, grain, ordinal), number in events.items()
    ]
    # What can't be read has no time of its own: it counts when it is collected.
    rejected = len(set().union(*(counted[6] for counted in counts)))
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
    views = sum(sum(counted[2].values()) for counted in counts)
    print(json.dumps({"views": views}), file=sys.stderr)


if __name__ == "__main__":
    main()
