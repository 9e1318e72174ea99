import type { Manifest } from '../versions/manifest.schema.ts';
import type { Bundle } from './bundles.schema.ts';

const CONTACT_TTL_S = 45;

/** What a bundle is made from; settings are the organization's telemetry settings, absent until changed. */
export interface BundleSource {
  agent_id: string;
  slug: string;
  agent_type: string;
  bundle: number;
  control_state: string;
  control_reason: string | null;
  retry_at: string | null;
  enforce_capabilities: string;
  fail_mode: string;
  version_id: string | null;
  manifest: Manifest | null;
  settings: BundleSettings | null;
}

interface BundleSettings {
  capture?: 'full' | 'metadata';
  redaction?: { scanners?: boolean; rules?: { path: string; mode: string }[] };
  sampling?: { rate?: number; agent_types?: Record<string, number>; agents?: Record<string, number> };
}

/** Puts together what a process must know of one agent. */
export function toBundle(source: BundleSource, hashKey: Buffer): Bundle {
  const { manifest, settings } = source;
  return {
    v: 1,
    bundle: source.bundle,
    agent_id: source.agent_id,
    agent_slug: source.slug,
    version_id: source.version_id,
    control: {
      state: source.control_state as Bundle['control']['state'],
      reason: source.control_reason,
      retry_at: source.retry_at,
    },
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
