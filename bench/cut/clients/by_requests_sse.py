"""requests-sse comes back by itself, but raises if it can't connect for some time."""

from requests_sse import EventSource
from told import follow_all


def follow(url, last_id, told):
    with EventSource(url, latest_event_id=last_id or None) as source:
        for event in source:
            told(event.type, event.data, event.last_event_id)


follow_all(follow)
