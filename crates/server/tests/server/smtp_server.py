"""A real SMTP server: says its port, then each mail that it takes as a line of JSON.

A line that it hears is what it answers the next mail in the place of taking it.
"""

import json
import socket
import sys
import threading
from collections import deque
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

replies = deque()


def say(what):
    print(json.dumps(what), flush=True)


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        if replies:
            reply = replies.popleft()
            say({"refused": reply})
            return reply
        mail = message_from_bytes(envelope.content, policy=policy.default)
        part = lambda kind: mail.get_body((kind,)).get_content()
        say({
            "hello": session.host_name,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": {name.lower(): str(value) for name, value in mail.items()},
            "text": part("plain"),
            "html": part("html"),
        })
        return "250 taken"


def hear():
    for line in sys.stdin:
        replies.append(line.strip())
        say({"replies": len(replies)})


controller = Controller(Mailbox(), hostname="127.0.0.1", port=0)


def greet_oneself():
    """As the controller does, which believes in the port that it was given, and here there was none."""
    with socket.create_connection(controller.server.sockets[0].getsockname(), 5) as connection:
        connection.recv(1024)


controller._trigger_server = greet_oneself
controller.start()
say({"port": controller.server.sockets[0].getsockname()[1]})
threading.Thread(target=hear, daemon=True).start()
threading.Event().wait()
