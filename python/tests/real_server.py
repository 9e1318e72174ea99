"""The real server with its own PostgreSQL, as a child process. `npm run build -- server` makes what it starts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
_TOKEN = "python-test-" * 5


class RealServer:
    def __init__(self) -> None:
        self._data = tempfile.mkdtemp(prefix="mc-python-")
        environment = {
            **os.environ,
            "PORT": "0",
            "BASE_URL": "http://localhost:0",
            "MC_DATA_DIR": self._data,
            "LOCAL_AUTH_TOKEN": _TOKEN,
            "LOG_LEVEL": "error",
        }
        self._child = subprocess.Popen(
            ["node", "apps/server/dist/main.js"], cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True
        )
        self.url = f"http://127.0.0.1:{self._wait_until_ready()}"
        self.key: str = self.call("POST", "/service-keys", {"name": "python test", "scopes": ["enroll"]})["key"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Uses the API as the owner."""
        headers = {"authorization": f"Bearer {_TOKEN}"}
        if body is not None:
            headers["content-type"] = "application/json"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def enforce(self, agent: str, rules: str) -> None:
        """Puts a policy for one agent into force."""
        head = f"version: 1\nname: {agent}\nmode: enforce\nscope: {{ agent: {agent} }}\nrules:\n"
        policy = self.call("POST", "/policies", {"source": f"{head}{rules}\n"})
        self.call("POST", f"/policies/{policy['id']}/activate", {"version": 1, "acknowledge_unobserved": True})

    def find_runs(self, agent: str) -> list[dict[str, Any]]:
        return [run for run in self.call("GET", "/runs?limit=100")["items"] if run["agent_slug"] == agent]

    def list_steps(self, run_id: str) -> list[dict[str, Any]]:
        return list(self.call("GET", f"/runs/{run_id}/steps?limit=100")["items"])

    def stop(self) -> None:
        self._child.terminate()
        self._child.wait(30)
        if self._child.stdout:
            self._child.stdout.close()
        shutil.rmtree(self._data, ignore_errors=True)

    def _wait_until_ready(self) -> str:
        for line in self._child.stdout or ():
            ready = re.search(r"ready: https?://[^:/]+:(\d+)", line)
            if ready:
                return ready.group(1)
        raise RuntimeError(f"the server ended with {self._child.wait()}")
