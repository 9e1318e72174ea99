"""A child process of a server that forks (gunicorn, celery) is a producer of its own."""

from __future__ import annotations

import os
import unittest

import mission_control as mc
from mission_control.client import active_client


class Forks(unittest.TestCase):
    def test_a_child_has_its_own_producer_queue_and_threads_and_the_governance_of_its_parent(self) -> None:
        mc.init("py-fork", url="http://127.0.0.1:9", key="mcs_none", manifest={"tools": [{"name": "get"}]})
        parent = active_client()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            client = active_client()
            with mc.run("in the child"):
                is_own = client is not None and parent is not None and client.producer != parent.producer
                count = len(client.recorder.active) if client else 0
            os.write(writing, f"{is_own} {count}".encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as told:
            self.assertEqual(told.read(), "True 1")
        os.waitpid(child, 0)
        mc.shutdown(0.1)


if __name__ == "__main__":
    unittest.main()
