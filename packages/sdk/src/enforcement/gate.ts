import type { CapabilityCall } from '@mission-control/policy';
import { nowMicros } from '../clock.ts';
import type { Agent } from '../enrolment/agent.ts';
import type { FailMode, Settings } from '../settings.ts';
import type { SideEffect } from '../wire.ts';

/** What stops or marks a call. No verdict: it is allowed. */
export interface Verdict {
  verdict: 'block' | 'would_have';
  rule: string;
  explanation: string;
  /** Decided without contact to the server. */
  degraded: boolean;
}

/** Whether the server was heard of lately. */
export interface Contact {
  heardAt: number | undefined;
}

interface GovernedCall extends CapabilityCall {
  effect?: SideEffect | undefined;
}

/**
 * Decides a call before it happens: by the declaration in the bundle, and by the fail mode when contact is lost.
 * Without contact `fail_closed`, and any mode but `fail_open` that never had a bundle, lets only reads through.
 */
export function decide(agent: Agent, contact: Contact, settings: Settings, call: GovernedCall): Verdict | undefined {
  const degraded = !hasContact(agent, contact);
  const lost = degraded ? decideWithoutContact(agent, settings, call) : undefined;
  if (lost) return lost;
  const decision = agent.check?.(call);
  if (!decision || decision.verdict === 'allow') return undefined;
  return { verdict: decision.verdict, rule: decision.code, explanation: decision.explanation, degraded };
}

function hasContact(agent: Agent, { heardAt }: Contact): boolean {
  const ttl = agent.bundle?.contact_ttl_s ?? 45;
  return heardAt !== undefined && nowMicros() - heardAt <= ttl * 1_000_000;
}

function decideWithoutContact(
  agent: Agent,
  settings: Settings,
  { kind, name, effect }: GovernedCall,
): Verdict | undefined {
  const mode: FailMode = settings.failMode ?? agent.bundle?.fail_mode ?? 'last_known';
  const isHarmless = kind !== 'tool' || effect === 'pure' || effect === 'read';
  if (isHarmless || mode === 'fail_open' || (mode === 'last_known' && agent.bundle)) return undefined;
  const why = agent.bundle ? 'has lost contact' : 'has never had contact';
  return {
    verdict: 'block',
    rule: agent.bundle ? 'contact.lost' : 'contact.none',
    explanation: `${agent.slug} ${why} with Mission Control and its fail mode lets only reads through, not ${JSON.stringify(name)}.`,
    degraded: true,
  };
}
