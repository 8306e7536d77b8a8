"""The least that an event can take on this machine: what `event_latency.py` measures, with nothing in between.

    event_floor.py PORT SINK_PORT FILE

Takes each document, and for one with an event writes as much to FILE as tocsin's commit does, waits for the disk and posts
to the sink over a connection that stays open. It decides nothing and knows nobody: a ratio to it says what the engine
adds, whatever disk, processor and virtual machine are underneath.
"""

import gzip, os, re, socket, sys

# An alert, its notification and its delivery: 14 pages of the database, each with its frame's header in the log.
PAGES, FRAME = 14, 4096 + 24
# The log is written over and over after a checkpoint, so that most commits do not make the file longer.
LOG = 1_000 * FRAME


def document(connection):
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, body = received.split(b"\r\n\r\n", 1)
    length = int(re.search(rb"Content-Length: (\d+)", head)[1])
    while len(body) < length:
        body += connection.recv(65536)
    return gzip.decompress(body)


def main(port, sink_port, path):
    frames = os.urandom(PAGES * FRAME)
    log, end = os.open(path, os.O_RDWR | os.O_CREAT, 0o600), 0
    os.pwrite(log, bytes(LOG), 0)
    os.fsync(log)
    sink = socket.create_connection(("127.0.0.1", sink_port))
    sink.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = socket.create_server(("127.0.0.1", port))
    while True:
        connection, _ = server.accept()
        token = re.search(rb"swarm:\d+:1:1:", document(connection))
        if token:
            for frame in range(0, len(frames), FRAME):
                os.pwrite(log, frames[frame : frame + FRAME], end + frame)
            os.fdatasync(log)
            end = (end + len(frames)) % (LOG - len(frames))
            head = f"POST /hook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(token[0])}\r\n\r\n"
            sink.sendall(head.encode() + token[0])
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        connection.close()
        if token:
            sink.recv(4096)


main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
