"""Prints events as the lines of JSON that the manager reads, and follows each URL of the command line in a thread."""

import json
import sys
import threading
import time

# What a library prints isn't for the manager.
out, sys.stdout = sys.stdout, sys.stderr
lock = threading.Lock()


def tell(place, event, data, id):
    line = json.dumps({"place": place, "event": event, "data": data, "id": id or ""})
    with lock:
        out.write(line + "\n")
        out.flush()


def follow_all(follow):
    """follow(url, last_id, told) follows until it is cut; told(event, data, id) takes an event."""

    def forever(place, url):
        last_id = "*"

        def told(event, data, id):
            nonlocal last_id
            tell(place, event, data, id)
            if id:
                last_id = id

        while True:
            try:
                follow(url, last_id, told)
            except Exception as error:
                sys.stderr.write(f"{type(error).__name__}: {error}\n"[:300])
            time.sleep(1)

    for place, url in enumerate(sys.argv[1:]):
        threading.Thread(target=forever, args=(place, url), daemon=True).start()
    while True:
        time.sleep(60)
