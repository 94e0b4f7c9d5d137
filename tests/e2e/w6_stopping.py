# SPDX-License-Identifier: BSL-1.0
"""W6: stops on SIGINT, SIGTERM or after N requests, answering what it accepted."""
import signal

from web import Server, answer, answered, check

for number in (signal.SIGINT, signal.SIGTERM):
    with Server("--port", "0", "--threads", "2", "--sleep", "1", "--deadline", "20") as server:
        late = server.connect(b"GET / HT")
        sleeps = [server.ask("/sleep") for _ in range(6)]
        server.accepted_all()
        server.process.send_signal(number)
        server.refuses()
        check(not all(map(answered, sleeps)), "sleeps still to be answered when no one is accepted any more")
        check(server.process.poll() is None, "the server to run until it has answered")
        late.sendall(b"TP/1.1\r\n\r\n")
        check(answer(late).startswith(b"HTTP/1.1 200"), "an accepted connection to be answered")
        check(all(answer(client).startswith(b"HTTP/1.1 200") for client in sleeps), "six sleeps answered")
        check(server.stopped()[0] == 7, f"seven requests answered: {server.lines}")

with Server("--port", "0", "--threads", "1", "--sleep", "0.5", "--requests", "5") as server:
    clients = [server.ask("/sleep") for _ in range(4)]
    server.accepted_all()
    clients.append(server.ask("/"))
    server.refuses()
    check(not answered(clients[4]), "sleeps still to be answered when no one is accepted any more")
    check(all(answer(client).startswith(b"HTTP/1.1 200") for client in clients), "five answers")
    check(server.stopped()[0] == 5, f"five requests answered: {server.lines}")
