# SPDX-License-Identifier: BSL-1.0
"""W1: 127.0.0.1:7878 by default, port and threads as arguments; each complete request is one task."""
import subprocess
import sys

import socket

from web import SKIPPED, LIMIT, Server, check, need_curl

need_curl()

for bad in (["--threads", "0"], ["--threads"], ["--port", "65536"], ["--port", "7878x"], ["--port", "80.5"],
            ["--port", "-1"], ["--sleep", "nan"], ["--deadline", "0"], ["--requests", "0"], ["--nonsense"]):
    done = subprocess.run([sys.argv[1], *bad], capture_output=True, text=True, timeout=LIMIT, check=False)
    check(done.returncode == 2 and bad[0] in done.stderr and "usage:" in done.stderr, f"{bad} to be refused: {done}")

with Server("--port", "0", "--threads", "3", "--verbose") as server:
    check(server.port != 0 and server.workers == 3, "a free port and 3 workers")
    for _ in range(10):
        check(server.curl("/")[0] == 200, "200")
    try:
        socket.create_connection(("127.0.0.2", server.port), LIMIT).close()
        check(False, "no one listening on other addresses")
    except ConnectionRefusedError:
        pass
    check(server.stop()[0] == 10, "ten requests")
    runs = server.matching(" runs GET /")
    check(len(runs) == 10, f"one task for each request: {runs}")
    check({line.split()[1] for line in runs} <= {"0", "1", "2"}, f"workers 0 to 2: {runs}")

try:
    default = Server().__enter__()
except RuntimeError as error:
    check("in use" in str(error), f"'in use', not {error}")
    print(f"skipped the default port: {error}")
    sys.exit(SKIPPED)
with default as server:
    check((server.port, server.workers) == (7878, 4), "127.0.0.1:7878 and 4 workers")
    check(server.curl("/")[0] == 200, "200")
