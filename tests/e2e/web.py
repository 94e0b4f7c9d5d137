# SPDX-License-Identifier: BSL-1.0
"""Starts the web server under test and talks to it: by curl, or by raw sockets where a client misbehaves."""
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

LIMIT = 30.0  # seconds that any single step may take; none needs more than a few
SKIPPED = 77


class Server:
    """A running server: `with Server("--threads", "4") as server:`; killed at the end if it still runs."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([sys.argv[1], *arguments], stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self.lines = []
        self.news = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.rstrip("\n"))
                self.news.notify_all()
        with self.news:
            self.lines.append("<end>")
            self.news.notify_all()

    def __enter__(self):
        first = self.wait_for_lines("", 1)[0]
        match = re.fullmatch(r"listening on 127\.0\.0\.1:(\d+), (\d+) workers", first)
        if not match:
            self.__exit__()
            raise RuntimeError(f"the server said: {first}")
        self.port, self.workers = int(match[1]), int(match[2])
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()

    def matching(self, text):
        return [line for line in self.lines if text in line]

    def wait_for_lines(self, text, count):
        """Waits until `count` lines of output contain `text`, and returns them."""
        with self.news:
            done = self.news.wait_for(lambda: len(self.matching(text)) >= count or "<end>" in self.lines, LIMIT)
            found = self.matching(text)
        check(done and len(found) >= count, f"{count} lines with '{text}'; the output is {self.lines}")
        return found

    def stopped(self):
        """Waits for the end of the process; returns the four counts of its last line."""
        self.process.wait(LIMIT)
        self.reader.join(LIMIT)
        check(self.process.returncode == 0, f"exit code 0, not {self.process.returncode}; {self.lines}")
        match = re.fullmatch(r"stopped: (\d+) requests answered, (\d+) refused, (\d+) timed out, (\d+) left early",
                             self.lines[-2])
        check(match, f"a summary at the end; {self.lines}")
        return tuple(map(int, match.groups()))

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.stopped()

    def connect(self, data=b""):
        client = socket.create_connection(("127.0.0.1", self.port), LIMIT)
        client.sendall(data)
        return client

    def ask(self, path):
        return self.connect(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def accepted_all(self):
        """Returns when every connection made before has been accepted: they queue in order, and this one is last."""
        check(answer(self.connect(b"\0\r\n\r\n")).startswith(b"HTTP/1.1 400"), "garbage is answered by 400")

    def refuses(self):
        """Waits until nobody listens any more."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            try:
                self.connect().close()
            except ConnectionError:
                return
        check(False, "new connections are refused")

    def curl(self, path, *options):
        """(status, headers and body) as curl saw them."""
        done = subprocess.run(["curl", "--silent", "--show-error", "--include", "--max-time", str(LIMIT), *options,
                               f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True, check=True)
        return int(done.stdout.split()[1]), done.stdout


def answer(client):
    """Everything until the server closes."""
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    client.close()
    return b"".join(parts)


def answered(client):
    """Whether there is something to read, without waiting."""
    client.setblocking(False)
    try:
        return bool(client.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        client.settimeout(LIMIT)


def check(condition, expected):
    if not condition:
        sys.exit(f"FAILED: expected {expected}")


def need_curl():
    if not shutil.which("curl"):
        print("skipped: curl is not installed")
        sys.exit(SKIPPED)
