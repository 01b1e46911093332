"""Receives webhooks and checks each with the public library of Standard Webhooks.

Says its port, then takes secrets as lines, then says of each message as a line of JSON which of them verify it.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

secrets = []


def say(what):
    print(json.dumps(what), flush=True)


def verifies(secret, body, headers):
    try:
        return Webhook(secret).verify(body, headers) == json.loads(body)
    except WebhookVerificationError:
        return False


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.send_response(204)
        self.end_headers()
        known = list(secrets)
        say({
            "title": json.loads(body)["data"]["record"]["text"],
            "verified": [verifies(secret, body, headers) for secret in known],
            "changed": [verifies(secret, body.replace("note", "n0te"), headers) for secret in known],
        })

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
say({"port": server.server_port})
for line in sys.stdin:
    secrets.append(line.strip())
    say({"known": len(secrets)})
