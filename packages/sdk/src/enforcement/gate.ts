import type { Call, Decision, Situation } from '@mission-control/policy/evaluate';
import { isAborted } from '../channel/abort.ts';
import { nowMicros } from '../clock.ts';
import type { Agent } from '../enrolment/agent.ts';
import type { Spending } from '../leases/spending.ts';
import type { Rulebook } from '../rulebook/rulebook.ts';
import type { Run } from '../runs/run.ts';
import type { FailMode, Settings } from '../settings.ts';
import type { SideEffect } from '../wire.ts';

/** Whether the server was heard of lately. */
export interface Contact {
  heardAt: number | undefined;
}

/** A call as it is decided about. */
export interface GovernedCall extends Call {
  effect?: SideEffect | undefined;
  external?: boolean | undefined;
  /** Of a model: what it is asked, for what that may use. */
  prompt?: Omit<Spending, 'maxTokens'>;
  /** A budget that holds it back, and by how much people are asked to raise that. */
  lift?: { scope: string; by: number };
}

/** A decision, and whether it was made without contact to the server. */
export interface Ruling {
  decision: Decision;
  degraded: boolean;
  /** Where the decision does not say so itself. */
  explanation?: string;
}

export interface GateInput {
  run: Run;
  contact: Contact;
  settings: Settings;
  call: GovernedCall;
  /** Rules whose approval this very call was given. */
  grants: ReadonlySet<string> | undefined;
}

/**
 * Decides a call before it happens: by the fail mode when contact is lost, then by declaration and policies. Without
 * contact `fail_closed`, any mode but `fail_open` that never had a bundle, and `last_known` whose bundle has run out,
 * let only reads through.
 */
export function decide({ run, contact, settings, call, grants }: GateInput): Ruling {
  const { agent } = run;
  if (isAborted(run)) return { decision: toBlock('control.aborted'), explanation: toAborted(run), degraded: false };
  const degraded = !hasContact(agent, contact);
  const lost = degraded ? decideWithoutContact(agent, settings, call) : undefined;
  if (lost) return lost;
  const { rulebook, bundle } = agent;
  if (!bundle) return { decision: ALLOW, degraded };
  if (!rulebook) throw new Error('the policies of the bundle could not be read');
  return { decision: rulebook.engine.decide(call, toSituation(run, call, grants)), degraded };
}

const toAborted = ({ agent }: Run): string => `This run of ${agent.slug} was ended from outside.`;

/** Without it nothing can be asked of anybody. */
export function hasContact(agent: Agent, { heardAt }: Contact): boolean {
  const ttl = agent.bundle?.contact_ttl_s ?? 45;
  return heardAt !== undefined && nowMicros() - heardAt <= ttl * 1_000_000;
}

export const failModeOf = (agent: Agent, settings: Settings): FailMode =>
  settings.failMode ?? agent.bundle?.fail_mode ?? 'last_known';

const ALLOW: Decision = { verdict: 'allow', stage: 'allow', decided_by: null, matched: [] };

/** A block that no rule made. */
export const toBlock = (code: string, stage: Decision['stage'] = 'control'): Decision => ({
  ...{ verdict: 'block', stage, decided_by: code, matched: [] },
});

function toSituation(run: Run, call: GovernedCall, grants: ReadonlySet<string> | undefined): Situation {
  const { rulebook, bundle } = run.agent;
  const at = Date.now();
  const situation: Situation = { at };
  if (bundle?.control.kill) situation.control = 'killed';
  if (grants) situation.grants = grants;
  if (!rulebook) return situation;
  const exceptions = rulebook.listExceptions(at);
  if (exceptions) situation.exceptions = exceptions;
  const openBreakers = listOpenBreakers(run, rulebook, call.name, at);
  if (openBreakers) situation.openBreakers = openBreakers;
  if (rulebook.needs.past) situation.past = pastOf(run);
  if (rulebook.runLimits.length > 0) situation.usage = usageOf(run, rulebook.runLimits);
  return situation;
}

/** What the server says of breakers, and of those that it says nothing of, what this process has seen itself. */
function listOpenBreakers(
  { agent, probes }: Run,
  { breakers, watched }: Rulebook,
  name: string,
  at: number,
): ReadonlySet<string> | undefined {
  const told = breakers.listOpen(name, probes.get(name) === 'refused');
  const own = watched.filter((rule) => agent.ownBreakers.isOpen(rule, name, at) && !breakers.isTold(rule.ref, name));
  return own.length === 0 ? told : new Set([...(told ?? []), ...own.map(({ ref }) => ref)]);
}

/** What the run has done, as the present policies see it. */
export function pastOf(run: Run): NonNullable<Situation['past']> {
  const { rulebook } = run.agent;
  if (run.past && run.past.of === rulebook) return run.past.past;
  const past = rulebook?.engine.createPast(run.past?.past) ?? { seen: new Uint8Array(), rules: [] };
  run.past = { of: rulebook, past };
  return past;
}

/** Whether a cap on tokens is reached, leases say: here it is only nearly so. */
function usageOf({ tally }: Run, refs: Rulebook['runLimits']): NonNullable<Situation['usage']> {
  const usage = { ...tally.used, duration_ms: (nowMicros() - tally.since) / 1_000 };
  const toShared = (cap: number) => ({ ...usage, tokens: Math.min(usage.tokens, cap - 1) });
  return new Map(refs.map(({ ref, sharedCap }) => [ref, sharedCap === undefined ? usage : toShared(sharedCap)]));
}

function decideWithoutContact(
  agent: Agent,
  settings: Settings,
  { kind, name, effect }: GovernedCall,
): Ruling | undefined {
  const { bundle } = agent;
  const mode = failModeOf(agent, settings);
  // Without any bundle nobody has bounded what a model may cost.
  const isBounded = kind !== 'tool' && (kind !== 'model' || bundle !== undefined);
  const isHarmless = isBounded || effect === 'pure' || effect === 'read';
  if (isHarmless || mode === 'fail_open' || (mode === 'last_known' && bundle && !hasExpired(bundle))) return undefined;
  const why = bundle ? 'has lost contact' : 'has never had contact';
  return {
    decision: toBlock(bundle ? 'contact.lost' : 'contact.none'),
    explanation: `${agent.slug} ${why} with Mission Control and its fail mode lets only reads through, not ${JSON.stringify(name)}.`,
    degraded: true,
  };
}

const hasExpired = ({ expires_at }: { expires_at?: string }): boolean =>
  expires_at !== undefined && Date.parse(expires_at) <= Date.now();
