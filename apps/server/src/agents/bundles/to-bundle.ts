import { createHash } from 'node:crypto';
import type { Manifest } from '../versions/manifest.schema.ts';
import type { Bundle } from './bundles.schema.ts';

const CONTACT_TTL_S = 45;
/** What was said holds for a day without contact. */
const VALID_MS = 24 * 3_600_000;
/** A bundle that nothing changes is given anew so often, or it would run out. */
const RENEWED_MS = 3_600_000;

/** What a bundle is made from; settings are the organization's telemetry settings, absent until changed. */
export interface BundleSource {
  agent_id: string;
  slug: string;
  agent_type: string;
  bundle: number;
  control_state: string;
  control_reason: string | null;
  retry_at: string | null;
  holds: { holder: string; reason: string }[];
  kill: { id: string; reason: string; abort: boolean } | null;
  enforce_capabilities: string;
  fail_mode: string;
  version_id: string | null;
  manifest: Manifest | null;
  settings: BundleSettings | null;
  /** The kinds of rules that the process can read; null where it did not say, and for gateways. */
  rule_kinds: string[] | null;
}

interface BundleSettings {
  capture?: 'full' | 'metadata';
  redaction?: { scanners?: boolean; rules?: { path: string; mode: string }[] };
  sampling?: { rate?: number; agent_types?: Record<string, number>; agents?: Record<string, number> };
}

/** What governance says of an agent. */
export type BundleRules = Pick<Bundle, 'policies' | 'exceptions' | 'breakers'>;

/**
 * Says whether a bundle is the one that a process has; it changes with the number, the version, each hour, and with what
 * governs: an agent that moves to another board comes under other policies, and its number stays.
 */
function toEtag({ bundle, version_id }: BundleSource, rules: BundleRules, now: Date): string {
  const digest = createHash('sha256').update(JSON.stringify(rules)).digest('base64url').slice(0, 12);
  return `${bundle}-${version_id ?? ''}-${Math.floor(now.getTime() / RENEWED_MS)}-${digest}`;
}

/** Puts together what a process must know of one agent. */
export function toBundle(
  source: BundleSource,
  { policies, exceptions, breakers }: BundleRules,
  { hashKey, now }: { hashKey: Buffer; now: Date },
): Bundle {
  const { manifest, settings } = source;
  return {
    v: 1,
    bundle: source.bundle,
    etag: toEtag(source, { policies, exceptions, breakers }, now),
    issued_at: now.toISOString(),
    expires_at: new Date(now.getTime() + VALID_MS).toISOString(),
    agent_id: source.agent_id,
    agent_slug: source.slug,
    version_id: source.version_id,
    control: {
      state: source.control_state as Bundle['control']['state'],
      reason: source.control_reason,
      retry_at: source.retry_at,
      holds: source.holds,
      kill: source.kill,
    },
    policies,
    exceptions,
    breakers,
    capability: {
      // A discovered agent has declared nothing: there is nothing to hold it to.
      mode:
        source.control_state === 'discovered' ? 'off' : (source.enforce_capabilities as Bundle['capability']['mode']),
      tools: (manifest?.tools ?? []).map(({ name, side_effect, data, poll }) => ({ name, side_effect, data, poll })),
      stores: (manifest?.data_stores ?? []).map(({ name }) => name),
      subagents: manifest?.subagents ?? [],
      models: manifest?.models_allowed ?? null,
      max_concurrency: manifest?.max_concurrency ?? null,
    },
    sampling: { rate: samplingRate(source) },
    redaction: { scanners: settings?.redaction?.scanners ?? true, rules: settings?.redaction?.rules ?? [] },
    capture: settings?.capture ?? 'full',
    fail_mode: source.fail_mode as Bundle['fail_mode'],
    hash_key: hashKey.toString('base64'),
    contact_ttl_s: CONTACT_TTL_S,
  };
}

/** The agent's own rate, else its type's, else the organization's. */
const samplingRate = ({ settings, slug, agent_type }: BundleSource): number =>
  settings?.sampling?.agents?.[slug] ?? settings?.sampling?.agent_types?.[agent_type] ?? settings?.sampling?.rate ?? 1;
