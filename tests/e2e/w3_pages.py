# SPDX-License-Identifier: BSL-1.0
"""W3: GET / is 200 and a page; GET /sleep is the same after a while; anything else is 404 and a page."""
import time

from web import Server, check, need_curl

need_curl()
SECONDS = 1.5

with Server("--port", "0", "--sleep", str(SECONDS)) as server:
    status, root = server.curl("/")
    check(status == 200 and "<h1>Hello!</h1>" in root and root.endswith("</html>\n"), f"the page: {root}")
    check("connection: close" in root.lower(), f"the answer to close the connection: {root}")

    start = time.monotonic()
    status, slept = server.curl("/sleep")
    took = time.monotonic() - start
    check(status == 200 and slept == root, f"the same page: {slept}")
    check(took >= SECONDS, f"the page after {SECONDS} s, not {took} s")

    others = [server.curl("/nothing"), server.curl("/sleep/"), server.curl("/", "--data", "x=1"),
              server.curl("/", "--request", "DELETE"), server.curl("/sleep", "--request", "PUT")]
    for status, page in others:
        check(status == 404 and "<h1>Oops!</h1>" in page and page.endswith("</html>\n"), f"404 and a page: {page}")
    status, page = server.curl("/", "--data", "x" * 100_000)
    check(status == 413, f"a body over the limit to be refused: {page}")
    check(server.stop() == (7, 1, 0, 0), f"seven requests and a refusal: {server.lines}")
