"""sseclient-py reads one response."""

import requests
from sseclient import SSEClient
from told import follow_all


def follow(url, last_id, told):
    headers = {"Accept": "text/event-stream", "Last-Event-ID": last_id}
    with requests.get(url, stream=True, headers=headers) as response:
        response.raise_for_status()
        for event in SSEClient(response).events():
            told(event.event, event.data, event.id)


follow_all(follow)
