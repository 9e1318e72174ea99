"""Decides about calls before they happen, and records what is not a plain allow."""
