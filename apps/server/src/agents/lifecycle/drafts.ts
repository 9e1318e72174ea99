import { Problem } from '#server/platform/problem.ts';
import { isHeartbeatInterval } from '../heartbeats/heartbeats.rules.ts';
import { assertTemplate } from '../templates/sample.ts';
import type { AgentCreate } from './lifecycle.schema.ts';

/** Blank templates are none. */
const toText = (text: string | null): string | null => text?.trim() || null;

const toWords = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(toWords).filter(Boolean).join(', ');
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).trim();
};

/** Values as text, lists joined, empty entries dropped; null when nothing is left. */
export function toIdentityProfile(given: Record<string, unknown> | null): Record<string, string> | null {
  const entries = Object.entries(given ?? {}).flatMap(([name, value]) => {
    const words = toWords(value);
    return words === '' ? [] : [[name, words] as const];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}

const invalid = (field: string, msg: string) =>
  new Problem('request.invalid', 422, msg, {
    body: [{ loc: ['body', 'heartbeat_config', field], msg, type: 'value' }],
  });

/** Throws `request.invalid` for an interval, target or flag that means nothing. */
export function assertHeartbeatConfig(config: Record<string, unknown> | null): void {
  const { every, target, includeReasoning } = config ?? {};
  if (every !== undefined && (typeof every !== 'string' || !isHeartbeatInterval(every)))
    throw invalid('every', 'every must be like 10m, from 30s to 7d, or off');
  if (target !== undefined && typeof target !== 'string') throw invalid('target', 'target must be text');
  if (includeReasoning !== undefined && typeof includeReasoning !== 'boolean')
    throw invalid('includeReasoning', 'includeReasoning must be true or false');
}

type Described = Pick<AgentCreate, 'heartbeat_config' | 'identity_profile' | 'identity_template' | 'soul_template'>;

/** The fields of an agent as they are stored, of those that were sent. Throws `request.invalid`, `template.invalid`. */
export function toStored(sent: Partial<Described>): Partial<Described> {
  const { heartbeat_config, identity_profile, identity_template, soul_template } = sent;
  if (heartbeat_config !== undefined) assertHeartbeatConfig(heartbeat_config);
  for (const template of [identity_template, soul_template]) if (template) assertTemplate(template);
  return {
    ...(heartbeat_config === undefined ? {} : { heartbeat_config }),
    ...(identity_profile === undefined ? {} : { identity_profile: toIdentityProfile(identity_profile) }),
    ...(identity_template === undefined ? {} : { identity_template: toText(identity_template) }),
    ...(soul_template === undefined ? {} : { soul_template: toText(soul_template) }),
  };
}
