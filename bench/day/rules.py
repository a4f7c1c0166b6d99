"""What the lines of logs say, and what docs/definitions.md says of them: the rules of bench/day/count.py."""
import functools
import json
import re
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MS = timedelta(milliseconds=1)
DAY = 24 * 3_600_000
# What a view says about cookies: nothing that counts, none were sent, or it is the first of its day or even of its month.
OTHER, NONE, FIRST_OF_DAY, FIRST_OF_MONTH = range(4)

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
        return OTHER
    if "nocookies=1" in analytics:
        return NONE
    for member in analytics:
        key, _, value = member.partition("=")
        if key == "WMF-Last-Access" and len(value) == 11:
            cookie, day = day_of_cookie(value), instant // DAY
            if cookie >= day:
                return OTHER
            return FIRST_OF_MONTH if cookie < first_of_month(day) else FIRST_OF_DAY
    return FIRST_OF_MONTH


@functools.cache
def first_of_month(day):
    return day - (EPOCH + timedelta(days=day)).day + 1


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
