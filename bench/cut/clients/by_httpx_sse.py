"""httpx-sse reads one response; httpx gives up after 5 seconds of silence, so heartbeats come each 4 seconds."""

import httpx
from httpx_sse import connect_sse
from told import follow_all


def follow(url, last_id, told):
    with httpx.Client() as client:
        headers = {"Last-Event-ID": last_id}
        with connect_sse(client, "GET", httpx.URL(url).copy_merge_params({"heartbeat": "4"}), headers=headers) as source:
            for event in source.iter_sse():
                told(event.event, event.data, event.id)


follow_all(follow)
