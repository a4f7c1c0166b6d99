"""
What OpenAPI can't say of our requests, each with its reason. Everything else that the document calls valid has to be
accepted, and everything that it calls invalid has to be refused.
"""

import schemathesis

# A picture's options go only with a picture, and OpenAPI can't make one parameter depend on another.
PICTURE = ("measure", "theme", "scale", "size")
# These come from an earlier answer, or name a time since when earlier numbers are kept.
FROM_AN_ANSWER = ("cursor", "lastEventId", "asOf", "offset")
# A followed answer is a URL of this very document.
FOLLOWED = "/query?metric=unique-devices&range=latest"


@schemathesis.hook
def before_call(ctx, case, **kwargs):
    # Cases that are meant to be wrong stay as they are.
    if case.meta is not None and not case.meta.generation.mode.is_positive:
        return
    query = case.query
    if query:
        if query.get("format") != "png":
            for name in PICTURE:
                query.pop(name, None)
        for name in FROM_AN_ANSWER:
            query.pop(name, None)
        if case.path == "/stream":
            query["q"] = [FOLLOWED]
            # A stream would go on for minutes.
            query["wait"] = 0
            query.pop("format", None)
        # Both give another JSON; the document describes the one that is given unless asked otherwise.
        query.pop("shape", None)
        if query.get("format") == "metadata":
            query.pop("format", None)
        # Pictures have no rows.
        if query.get("format") in ("svg", "png"):
            for name in ("time", "names", "fill"):
                query.pop(name, None)
    path = case.path_parameters
    # A range begins before it ends and holds a whole period, and OpenAPI can't compare two parameters. For hours both
    # name an hour.
    if path and "start" in path:
        is_hourly = path.get("granularity") == "hourly"
        path["start"], path["end"] = ("2024010100", "2024010200") if is_hourly else ("20230101", "20240101")
