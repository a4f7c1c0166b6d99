"""Counts requests, views and devices of some projects, by the rules of docs/definitions.md: a worker of count.py."""
from array import array
from collections import Counter, defaultdict

from rules import (
    DAY,
    FIRST_OF_DAY,
    FIRST_OF_MONTH,
    NONE,
    access_of,
    combined_line,
    cookie_of,
    is_automated,
    is_spider,
    is_view,
    json_line,
    project_of,
)

HOUR = 3_600_000
USER, SPIDER, AUTOMATED = range(3)
LONGEST_LINE = 64 * 1024


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
        who = (fields.get("ip"), agent[:200], fields.get("accept_language", "-"), project)
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
        self.of_months = Counter()
        self.fresh = Counter()
        for packed in self.spiders:
            self.add(packed, SPIDER)
        for actor, views in enumerate(self.views):
            self.add_actor(sorted(views), self.agent_lengths[actor])
        return {
            "names": self.names,
            "by_article": self.by_article,
            "by_hour": self.by_hour,
            "returned": self.returned,
            "of_months": self.of_months,
            "fresh": self.fresh,
            "events": self.events,
            "rejected": self.rejected,
        }

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
                if cookie in (FIRST_OF_DAY, FIRST_OF_MONTH):
                    self.returned[project, access, day] += 1
                    self.of_months[project, access, day] += cookie == FIRST_OF_MONTH
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
    pages = set()
    without_cookies = place = 0
    first = views[0] >> 28
    while place < len(views):
        begin = place
        hour = (views[begin] >> 28) // HOUR
        while place < len(views) and (views[place] >> 28) // HOUR == hour:
            pages.add(views[place] >> 4 & 0xFFFFFF)
            without_cookies += views[place] & 3 == NONE
            place += 1
        minutes = minutes_between(first, views[place - 1] >> 28)
        automated = is_automated(place, len(pages), minutes, without_cookies, agent_length)
        found.extend((packed, AUTOMATED if automated else USER) for packed in views[begin:place])
    return found


def minutes_between(first, last):
    return max(1, (last - first) / 60_000)
