# SPDX-License-Identifier: BSL-1.0
"""W5: with 4 workers / answers at once while up to 3 /sleep run; a fifth request behind four sleeps waits."""
import time

from web import Server, answer, answered, check, need_curl

need_curl()
SECONDS = 4.0

with Server("--port", "0", "--threads", "4", "--sleep", str(SECONDS), "--verbose") as server:
    sleeps = [server.ask("/sleep") for _ in range(3)]
    server.wait_for_lines(" runs GET /sleep", 3)
    for _ in range(20):
        check(server.curl("/")[0] == 200, "200")
    check(not any(map(answered, sleeps)), "20 answers to / while three sleeps run")

    start = time.monotonic()
    sleeps.append(server.ask("/sleep"))
    server.wait_for_lines(" runs GET /sleep", 4)
    check(not any(map(answered, sleeps)), "four sleeps at once")
    check(server.curl("/")[0] == 200, "200")
    check(time.monotonic() - start < SECONDS, "the fifth request to run as soon as one of the sleeps is over")
    check(answered(sleeps[0]) or answered(sleeps[1]) or answered(sleeps[2]), "the fifth to wait for a sleep")
    check(all(answer(client).startswith(b"HTTP/1.1 200") for client in sleeps), "all sleeps answered")
    order = [line.split()[-1] for line in server.matching(" runs GET ")]
    check(order == ["/sleep"] * 3 + ["/"] * 20 + ["/sleep", "/"], f"starts in order: {order}")
    check(len({line.split()[1] for line in server.matching("/sleep")}) == 4, "each sleep on its own worker")
