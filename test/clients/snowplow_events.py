"""Sends one event of each kind with Snowplow's Python tracker, and prints what it says it sent."""

import json
import sys

from snowplow_tracker import (
    Emitter,
    PageView,
    SelfDescribing,
    SelfDescribingJson,
    StructuredEvent,
    Tracker,
)

sent = []
failed = []
for method in ("post", "get"):
    emitter = Emitter(
        sys.argv[1],
        protocol="http",
        method=method,
        batch_size=1,
        on_success=lambda events: sent.extend(events),
        on_failure=lambda count, events: failed.extend(events),
    )
    tracker = Tracker(namespace="python", emitters=emitter, app_id="test")
    page = "https://example.org/python/" + method
    tracker.track(PageView(page_url=page, page_title="Python", referrer="https://example.net/"))
    tracker.track(StructuredEvent(category="shop", action="add", label="sku", value=3))
    order = SelfDescribingJson("iglu:com.example/order/jsonschema/1-0-0", {"id": method})
    tracker.track(SelfDescribing(event_json=order))
    tracker.flush()
print(json.dumps({"sent": [event["eid"] for event in sent], "failed": len(failed)}))
