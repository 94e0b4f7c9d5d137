# SPDX-License-Identifier: BSL-1.0
"""usage: slow_clients.py PORT CLIENTS SECONDS

Keeps CLIENTS slow or broken clients connected to 127.0.0.1:PORT for SECONDS; each begins anew a tenth of a second after
it was closed. Prints how many of each kind there were. None of them sends a complete request."""
import asyncio
import collections
import sys

port, clients, seconds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
KINDS = {
    "silent": b"",
    "half a line": b"GET / HT",
    "header without end": GET,
    "body without end": GET + b"Content-Length: 1000\r\n\r\nx",
    "garbage": b"\0\1\2\xff\r\n\r\n",
    "1 MiB of header": GET + b"X: " + b"x" * (1 << 20),
    "close early": GET,
}
ended = collections.Counter()


async def connect_once(kind):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(KINDS[kind])
        await writer.drain()
        if kind == "close early":
            await asyncio.sleep(0.1)
        else:
            await reader.read()
    finally:
        ended[kind] += 1
        writer.close()


async def client(number, end):
    kind = list(KINDS)[number % len(KINDS)]
    loop = asyncio.get_running_loop()
    while (left := end - loop.time()) > 0:
        try:
            await asyncio.wait_for(connect_once(kind), left)
        except (asyncio.TimeoutError, ConnectionError):
            pass
        await asyncio.sleep(0.1)


async def main():
    end = asyncio.get_running_loop().time() + seconds
    await asyncio.gather(*(client(number, end) for number in range(clients)))
    print(f"{clients} slow or broken clients, {sum(ended.values())} connections: "
          + ", ".join(f"{count} {kind}" for kind, count in ended.items()))


asyncio.run(main())
