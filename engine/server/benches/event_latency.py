"""How long an event takes from its POST to the webhook of it, when nothing else happens.

    event_latency.py SWARM TARGET_PORT SINK_RECORD

The document of ten services comes from the load generator (`SWARM xml 10`). Every body is made and compressed before
the clock starts: what is measured begins with the connection of the POST and ends when the sink has read the request,
and holds nothing of whoever makes the load. Prints {"count", "p50", "p90", "p99", "max"} in milliseconds.
"""

import base64, gzip, json, re, socket, subprocess, sys, time

HOSTS = 200
PER_SECOND = 20
PROGRAM_STATUS = 2097152
CREDENTIALS = base64.b64encode(b"monit:monit").decode()


def body(template, host, event=None):
    """The document of one host; with an event, its last service fails."""
    text = re.sub(r'id="[0-9a-f]+"', f'id="{host:032x}"', template, count=1)
    text = text.replace("swarm-000000", f"lat-{host:04}")
    if event is None:
        return text
    later = lambda match: f"<collected_sec>{int(match[1]) + 30}</collected_sec>"
    text = re.sub(r"<collected_sec>(\d+)</collected_sec>", later, text)
    head, last = text.rsplit("<service name=", 1)
    last = last.replace("<status>0</status>", f"<status>{PROGRAM_STATUS}</status>", 1)
    second = re.search(r"<collected_sec>(\d+)<", last)[1]
    event = (
        f"<event><collected_sec>{second}</collected_sec><collected_usec>{host}</collected_usec><service>check-9</service>"
        f"<type>7</type><id>{PROGRAM_STATUS}</id><state>1</state><action>1</action>"
        f"<message><![CDATA[status failed swarm:{host}:1:1:]]></message></event></monit>"
    )
    return (head + "<service name=" + last).replace("</monit>", event)


def request(text):
    packed = gzip.compress(text.encode(), mtime=0)
    head = (
        "POST /collector HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\n"
        f"Authorization: Basic {CREDENTIALS}\r\nContent-Length: {len(packed)}\r\n\r\n"
    )
    return head.encode() + packed


def post(port, data):
    """One connection for each POST, as agents do; the moment before it, in microseconds."""
    begun = time.time_ns() // 1000
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(data)
        answer = connection.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200"):
        sys.exit(f"an event was not taken: {answer[:80]!r}")
    return begun


def main(swarm, port, record):
    template = subprocess.run([swarm, "xml", "10"], capture_output=True, text=True, check=True).stdout
    for host in range(HOSTS):
        post(port, request(body(template, host)))
    events = [request(body(template, host, event=True)) for host in range(HOSTS)]
    begun = {}
    for host, event in enumerate(events):
        begun[f"{host}:1"] = post(port, event)
        time.sleep(1 / PER_SECOND)
    time.sleep(1)
    took = []
    for line in open(record):
        arrival = json.loads(line)
        took += [(arrival["t_us"] - begun[token]) / 1000 for token in arrival["tokens"] if token in begun]
    took.sort()
    at = lambda share: took[min(len(took) - 1, int(len(took) * share))]
    print(json.dumps({"count": len(took), "p50": at(0.5), "p90": at(0.9), "p99": at(0.99), "max": took[-1]}))


main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
