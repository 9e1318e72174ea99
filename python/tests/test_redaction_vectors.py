from __future__ import annotations

import json
import unittest
from pathlib import Path

from mission_control.redact import Redactor

VECTORS = Path(__file__).parents[2] / "fixtures" / "redaction" / "vectors.json"


class RedactionVectors(unittest.TestCase):
    def test_every_vector_is_redacted_as_the_file_says_and_only_once(self) -> None:
        redactor = Redactor()
        for vector in json.loads(VECTORS.read_text())["json"]:
            with self.subTest(vector["name"]):
                once = redactor.redact_json(vector["value"])
                self.assertEqual(once, vector["redacted"])
                self.assertIs(redactor.redact_json(once), once)
                if once is not vector["value"]:
                    self.assertTrue(redactor.may_hold_secret(json.dumps(vector["value"], ensure_ascii=False)))

    def test_rules_of_an_organization_hash_drop_and_keep(self) -> None:
        rules = [
            {"path": "iban", "mode": "hash"},
            {"path": "password", "mode": "drop"},
            {"path": "token", "mode": "keep"},
            {"path": '$.tools["billing/*"].args.customer.name', "mode": "mask"},
        ]
        redactor = Redactor({"rules": rules}, lambda secret: f"{len(secret):016d}")
        value = {"IBAN": "DE00", "password": "x", "token": "y", "customer": {"name": "Ann"}}
        masked = redactor.redact_json(value, ("billing/pay", "args"))
        self.assertEqual(
            masked, {"IBAN": "[hashed:iban:0000000000000004]", "token": "y", "customer": {"name": "[redacted:name]"}}
        )
        self.assertEqual(redactor.redact_json(value, ("crm/find", "args"))["customer"], {"name": "Ann"})


if __name__ == "__main__":
    unittest.main()
