"""Secrets that announce themselves in a text: found from their anchors outwards, linear in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

# start, end, kind
Span = tuple[int, int, str]
FindEnd = Callable[[str, int], int]

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_ALPHANUMERIC = re.compile(r"[A-Za-z0-9]*")
_DIGIT_RUN = re.compile(r"[0-9](?:[ -]?[0-9]){12}")
_WORD = re.compile(r"[0-9A-Za-z]")


def _run_end(alphabet: re.Pattern[str], text: str, start: int) -> int:
    found = alphabet.match(text, start)
    return found.end() if found else start


def _of_length(alphabet: re.Pattern[str], anchor: str, least: int) -> FindEnd:
    """A shape of at least `least` characters after the anchor."""

    def find_end(text: str, start: int) -> int:
        begin = start + len(anchor)
        end = _run_end(alphabet, text, begin)
        return end if end - begin >= least else -1

    return find_end


def _starts_word(text: str, at: int) -> bool:
    """Whether a word can begin here; an escape before it (`\\n`, `%20`) is no letter of the word."""
    if at == 0 or not _WORD.match(text[at - 1]):
        return True
    return (text[at - 1] in "nrtbf" and text[at - 2 : at - 1] == "\\") or text[at - 3 : at - 2] == "%"


def _find_api_key_end(text: str, start: int) -> int:
    """`sk-` also ends words (`task-`) and begins kebab-case: a key stands alone and holds a digit or a capital."""
    if not _starts_word(text, start):
        return -1
    end = _run_end(_BASE64URL, text, start + 3)
    return end if end - start >= 19 and re.search(r"[A-Z0-9]", text[start + 3 : end]) else -1


def _find_jwt_end(text: str, start: int) -> int:
    """Header, payload and signature (or the five parts of a JWE), each base64url, joined by dots."""
    header = _run_end(_BASE64URL, text, start)
    if header - start < 10 or text[header : header + 1] != ".":
        return -1
    end = _run_end(_BASE64URL, text, header + 1)
    if text[end : end + 1] != ".":
        return -1
    for _ in range(3):
        if text[end : end + 1] == ".":
            end = _run_end(_BASE64URL, text, end + 1)
    return end


def _find_pem_end(text: str, start: int) -> int:
    """To the end line of the block, or of the text: an open block may hold the whole key."""
    footer = text.find("-----END", start)
    close = text.find("-----", footer + 8) if footer != -1 else -1
    return len(text) if close == -1 else close + 5


def _find_slack_end(text: str, start: int) -> int:
    if text[start + 3 : start + 4] not in tuple("abeoprs") or text[start + 4 : start + 5] != "-":
        return -1
    end = _run_end(_BASE64URL, text, start + 5)
    return end if end - start >= 15 else -1


_SHAPES: list[tuple[str, str, FindEnd]] = [
    ("sk-", "api_key", _find_api_key_end),
    *((anchor, "api_key", _of_length(_BASE64URL, anchor, 30)) for anchor in ("mcs_", "mca_")),
    ("eyJ", "jwt", _find_jwt_end),
    *((anchor, "aws_key", _of_length(_ALPHANUMERIC, anchor, 16)) for anchor in ("AKIA", "ASIA")),
    *((anchor, "github_token", _of_length(_ALPHANUMERIC, anchor, 20)) for anchor in ("ghp_", "gho_", "ghs_")),
    ("github_pat_", "github_token", _of_length(_BASE64URL, "github_pat_", 20)),
    ("xox", "slack_token", _find_slack_end),
    ("-----BEGIN", "pem", _find_pem_end),
]


def has_anchor(text: str) -> bool:
    """Whether a text holds any anchor of a secret. False is certain; true means that it is worth scanning."""
    return "@" in text or any(anchor in text for anchor, _, _ in _SHAPES) or _DIGIT_RUN.search(text) is not None


def find_secrets(text: str) -> list[Span]:
    """Every secret in a text, ordered and not overlapping (the earlier, then the longer, wins)."""
    spans = [*_find_tokens(text), *_find_emails(text)]
    if _DIGIT_RUN.search(text):
        spans.extend(_find_cards(text))
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def _find_tokens(text: str) -> Iterator[Span]:
    for anchor, kind, find_end in _SHAPES:
        start = text.find(anchor)
        while start != -1:
            end = find_end(text, start)
            if end != -1:
                yield start, end, kind
            start = text.find(anchor, max(end, start + len(anchor)))


_LOCAL = re.compile("[A-Za-z0-9._%+'\u00a1-\u1fff\u3040-\U0010ffff-]")
_DOMAIN = re.compile("[A-Za-z0-9.\u00a1-\u1fff\u3040-\U0010ffff-]{1,253}")
_TOP_LEVEL = re.compile("\\.(?:xn--[A-Za-z0-9-]{1,59}|[A-Za-z\u00a1-\u1fff\u3040-\U0010ffff]{2,63})\\Z")
_MAX_LOCAL = 64


def _find_emails(text: str) -> Iterator[Span]:
    """E-mail addresses, found from their `@` outwards by a bounded number of characters."""
    at = text.find("@")
    while at != -1:
        start = at
        while start > 0 and at - start < _MAX_LOCAL and _LOCAL.match(text[start - 1]):
            start -= 1
        found = _DOMAIN.match(text, at + 1)
        domain = re.sub(r"[.-]+\Z", "", found.group()) if found else ""
        if start < at and _TOP_LEVEL.search(domain):
            yield start, at + 1 + len(domain), "email"
        at = text.find("@", at + 1)


# Groups of digits joined by one space or hyphen; no part of a word (an escape such as `\n` is none) or of a decimal.
_DIGIT_GROUPS = re.compile(r"(?:(?<!\w)|(?<=\\[nrtbf]))(?<![0-9]\.)[0-9]+(?:[ -][0-9]+)*(?!\w|\.[0-9])", re.ASCII)
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})|3[47]\d{13}"
    r"|(?:6011\d{12}|65\d{14}|64[4-9]\d{13})|3(?:0[0-5]|[68]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}",
    re.ASCII,
)
_MIN_DIGITS, _MAX_DIGITS = 13, 19


def _find_cards(text: str) -> Iterator[Span]:
    """Card numbers: whole groups that together are digits of a known issuer whose Luhn sum holds."""
    for run in _DIGIT_GROUPS.finditer(text):
        groups = list(re.finditer(r"[0-9]+", run.group()))
        first = 0
        while first < len(groups):
            last = _find_card_end(groups, first)
            if last is not None:
                yield run.start() + groups[first].start(), run.start() + groups[last].end(), "card"
                first = last
            first += 1


def _find_card_end(groups: list[re.Match[str]], first: int) -> int | None:
    digits = ""
    for i in range(first, len(groups)):
        digits += groups[i].group()
        if len(digits) > _MAX_DIGITS:
            return None
        if len(digits) >= _MIN_DIGITS and is_card(digits):
            return i
    return None


def is_card(digits: str) -> bool:
    """Whether digits are a card number: of a large issuer, with a Luhn sum that holds."""
    if not _ISSUERS.fullmatch(digits):
        return False
    total = 0
    for i, digit in enumerate(reversed(digits)):
        weighted = int(digit) * (2 if i % 2 else 1)
        total += weighted - 9 if weighted > 9 else weighted
    return total % 10 == 0
