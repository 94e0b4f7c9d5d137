# SPDX-License-Identifier: BSL-1.0
"""W8: clients that send nothing, half a line, garbage, 1 MiB of header, or close early cost no worker and no crash;
a deadline closes them."""
import socket
import struct
import time

from web import LIMIT, Server, answer, check, need_curl

need_curl()
DEADLINE = 3.0
GET = b"GET / HTTP/1.1\r\n"
MANY = 30


def reset(client):
    """Closes with RST instead of FIN."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


with Server("--port", "0", "--threads", "1", "--deadline", str(DEADLINE), "--verbose") as server:
    start = time.monotonic()
    silent = [server.connect() for _ in range(MANY)]
    half = [server.connect(b"GET / HT") for _ in range(MANY)]
    half += [server.connect(GET + b"Host: localhost\r\n") for _ in range(MANY)]
    half += [server.connect(GET + b"Content-Length: 100\r\n\r\nabc") for _ in range(MANY)]
    for _ in range(5):
        check(server.curl("/")[0] == 200, "an answer from the only worker")
    check(time.monotonic() - start < DEADLINE, "five answers while the slow clients are connected")

    for data in (b"\0\1\2\xff\r\n\r\n", b"hello\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\r\n\r\n",
                 b"\x16\x03\x01" * 99,
                 GET + b"no colon\r\n\r\n", GET + b"Content-Length: -1\r\n\r\n", b"GET / HTTP/1.1\n\n"):
        check(answer(server.connect(data)).startswith(b"HTTP/1.1 400"), f"400 for {data}")
    mebibyte = b"x" * (1 << 20)
    for data in (GET + b"X-Long: " + mebibyte, GET + b"X: y\r\n" * (1 << 18), b"GET /" + mebibyte):
        check(answer(server.connect(data)).startswith(b"HTTP/1.1 431"), "431 for 1 MiB of header")
    # The server goes on reading what it refuses: a reset would cost such a client the answer.
    talker = server.connect(GET + b"X-Long: " + mebibyte[:1 << 16])
    talker.recv(1, socket.MSG_PEEK)
    for start_of_part in range(0, 1 << 20, 1 << 16):
        talker.sendall(mebibyte[start_of_part:start_of_part + (1 << 16)])
    talker.shutdown(socket.SHUT_WR)
    check(answer(talker).startswith(b"HTTP/1.1 431"), "431 for a client that goes on sending")
    check(answer(server.connect(GET + b"X: " + mebibyte[:20_000] + b"\r\n\r\n")).startswith(b"HTTP/1.1 431"),
          "431 for 20 kB of header")
    check(answer(server.connect(GET + b"X: " + mebibyte[:8_000] + b"\r\n\r\n")).startswith(b"HTTP/1.1 200"),
          "200 for 8 kB of header")
    refused = 8 + 3 + 2

    for _ in range(MANY):
        server.connect().close()
        server.connect(b"GET / HT").close()
        reset(server.connect(b"GET / HT"))
    early = 3 * MANY
    for _ in range(MANY):  # complete requests whose clients do not wait for the answer
        reset(server.connect(GET + b"\r\n"))
        server.connect(GET + b"\r\n").close()

    # One deadline for the whole request: a byte now and then buys no time.
    drip, dripping = server.connect(GET + b"X: "), time.monotonic()
    drip.settimeout(0.1)
    closed = False
    while not closed and time.monotonic() - dripping < LIMIT:
        try:
            drip.sendall(b"x")
            closed = drip.recv(1) == b""
        except socket.timeout:
            pass
        except ConnectionError:
            closed = True
    check(closed and time.monotonic() - dripping >= DEADLINE - 0.1, "the deadline to close a dripping client")
    check(all(answer(client) == b"" for client in silent + half), "the deadline to close slow clients without answer")
    check(time.monotonic() - start >= DEADLINE, "the deadline, not an error, to close them")

    check(server.curl("/")[0] == 200, "a server that still answers")
    requests, refusals, timed_out, left_early = server.stop()
    check(refusals == refused, f"{refused} refusals, not {refusals}")
    check(timed_out == len(silent) + len(half) + 1, f"each slow client to time out, not {timed_out}")
    # A reset may reach the server before the request: then the client left early.
    check(left_early + requests == early + 2 * MANY + 7 and left_early >= early, f"{requests}, {left_early}")
    check(len(server.matching(" runs ")) == requests, "workers to run complete requests only")
