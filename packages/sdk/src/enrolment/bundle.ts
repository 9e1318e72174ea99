import type { Capability } from '@mission-control/policy';
import type { Ir } from '@mission-control/policy/evaluate';
import type { RedactionSettings } from '@mission-control/policy/redact';
import type { FailMode } from '../settings.ts';

/** Everything a process needs to decide locally for one agent. */
export interface Bundle {
  bundle: number;
  agent_id: string;
  agent_slug: string;
  version_id: string | null;
  /** `kill`: every call is blocked. */
  control: {
    state: string;
    retry_at: string | null;
    kill?: { id: string; reason: string; abort: boolean } | null;
  };
  /** Says to the server which one it is. */
  etag?: string;
  capability: Capability;
  policies: Ir[];
  /** Rules that do not count for this agent, each until an instant. */
  exceptions: { rule: string; until: string }[];
  /** Breakers that are not closed; the key of one begins with its rule. */
  breakers: { key: string; state: string; retry_at: string | null }[];
  /** What was said holds until then without contact. */
  expires_at?: string;
  sampling: { rate: number };
  redaction: RedactionSettings;
  capture: 'full' | 'metadata';
  fail_mode: FailMode;
  hash_key: string;
  contact_ttl_s: number;
  /** Runs longer than this are kept although not sampled. */
  p99_dur_ms?: number | null;
}

/** Reads a bundle from the wire. Undefined when it lacks what decisions need: a half-read bundle must not govern. */
export function parseBundle(value: unknown): Bundle | undefined {
  const bundle = value as Partial<Bundle> | null | undefined;
  const isWhole =
    typeof bundle?.bundle === 'number' &&
    typeof bundle.agent_id === 'string' &&
    typeof bundle.agent_slug === 'string' &&
    typeof bundle.control?.state === 'string' &&
    Array.isArray(bundle.capability?.tools) &&
    Array.isArray(bundle.capability.stores) &&
    Array.isArray(bundle.capability.subagents) &&
    [bundle.policies, bundle.exceptions, bundle.breakers].every((list) => list === undefined || Array.isArray(list));
  return isWhole ? ({ ...DEFAULTS, ...bundle } as Bundle) : undefined;
}

const DEFAULTS: Omit<Bundle, 'bundle' | 'agent_id' | 'agent_slug' | 'control' | 'capability'> = {
  version_id: null,
  policies: [],
  exceptions: [],
  breakers: [],
  sampling: { rate: 1 },
  redaction: {},
  capture: 'full',
  fail_mode: 'last_known',
  hash_key: '',
  contact_ttl_s: 45,
};
