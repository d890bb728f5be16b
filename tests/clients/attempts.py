"""Runs the public Python clients against a loopback server that refuses every call, and prints when their attempts came.

Output: one JSON object a line, {"client", "case", "gaps_s": [seconds between attempts]}.
"""

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CASES = {
    "429": (429, {}),
    "429 retry-after 1": (429, {"retry-after": "1"}),
    "429 retry-after-ms 700": (429, {"retry-after-ms": "700"}),
    "429 both": (429, {"retry-after-ms": "1700", "retry-after": "2"}),
    "429 retry-after 121": (429, {"retry-after": "121"}),
    "503": (503, {}),
    "408": (408, {}),
}
# A client that honours any header waits two minutes for this one.
TOO_LONG = {("azure-ai-inference", "429 retry-after 121")}


def openai_call(url):
    from openai import OpenAI

    client = OpenAI(base_url=url, api_key="none")
    client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])


def azure_call(url):
    from azure.ai.inference import ChatCompletionsClient
    from azure.core.credentials import AzureKeyCredential

    client = ChatCompletionsClient(endpoint=url, credential=AzureKeyCredential("none"))
    client.complete(messages=[{"role": "user", "content": "hi"}])


CLIENTS = {"openai": openai_call, "azure-ai-inference": azure_call}


def server(status, headers):
    times = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            times.append(time.monotonic())
            self.rfile.read(int(self.headers.get("content-length", 0)))
            body = b'{"error": {"code": "refused", "message": "refused"}}'
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    return running, times


def run(client, case, found):
    running, times = server(*CASES[case])
    try:
        CLIENTS[client](f"http://127.0.0.1:{running.server_port}")
        error = "the call succeeded"
    except Exception as raised:  # the refusal, in the client's own type
        error = type(raised).__name__
    running.shutdown()
    gaps = [later - earlier for earlier, later in zip(times, times[1:])]
    found.append({"client": client, "case": case, "attempts": len(times), "gaps_s": gaps, "error": error})


def main():
    found = []
    # The first call of a process loads modules; its time is nobody's.
    for client in CLIENTS:
        run(client, "429 retry-after 121" if client == "openai" else "429", [])
    threads = [
        threading.Thread(target=run, args=(client, case, found))
        for client in CLIENTS
        for case in CASES
        if (client, case) not in TOO_LONG
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for line in sorted(found, key=lambda one: (one["client"], one["case"])):
        json.dump(line, sys.stdout)
        print()


main()
