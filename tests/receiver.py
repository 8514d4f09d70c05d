"""Somebody who is told of events: a real HTTP server on the loopback, that answers as a test says."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(ThreadingHTTPServer):
    daemon_threads = True
    scheme = "http"

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests = []
        self.status = 200
        self.headers = {}
        self.body = b"thanks"
        self.pause = 0.0  # seconds before each byte of the body

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        server = self.server
        server.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(server.status)
        for name, value in server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        try:
            for part in [server.body[n : n + 1] for n in range(len(server.body))] if server.pause else [server.body]:
                self.wfile.write(part)
                self.wfile.flush()
                time.sleep(server.pause)
        except OSError:
            self.close_connection = True

    def log_message(self, *args):
        """Not a word."""


@contextmanager
def receiving(wrap=None):
    server = Receiver()
    if wrap:
        server.socket = wrap(server.socket)
        server.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
