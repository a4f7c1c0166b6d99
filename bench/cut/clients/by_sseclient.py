"""sseclient comes back by itself, but raises if it can't connect."""

from sseclient import SSEClient
from told import follow_all


def follow(url, last_id, told):
    for event in SSEClient(url, last_id=last_id or None):
        # Blocks without data are events to it.
        if event.data:
            told(event.event, event.data, event.id)


follow_all(follow)
