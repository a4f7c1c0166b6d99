"""aiohttp-sse-client2 comes back after clean ends, and raises after others."""

import asyncio

from aiohttp_sse_client2.client import EventSource
from told import follow_all


def follow(url, last_id, told):
    async def read():
        headers = {"Last-Event-ID": last_id} if last_id else {}
        async with EventSource(url, headers=headers) as source:
            async for event in source:
                told(event.type, event.data, event.last_event_id)

    asyncio.run(read())


follow_all(follow)
