import { Problem } from '#server/platform/problem.ts';
import { DIAGNOSES, type DiagnosisCode, type Finding } from '../rpc/diagnoses.rules.ts';
import { ConnectFailure } from '../rpc/failure.ts';
import type { Hop } from './checks.schema.ts';
import { type FixContext, toFix } from './fixes.rules.ts';
import { HOPS, type HopName } from './hops.schema.ts';

/** What a hop that was passed learned; with a warning when something there deserves one. */
export interface Passed<T> {
  value: T;
  facts?: Record<string, unknown>;
  warning?: Finding;
}

/** Hands out the hops of a check, in order, as they are passed. */
export interface Walk {
  hops: Hop[];
  /** Tries one hop. What it throws ends the walk at the hop that is to blame. */
  step<T>(hop: HopName, attempt: () => Promise<Passed<T>> | Passed<T>): Promise<T>;
  /** Notes a hop that another one passed with. */
  note(hop: HopName, finding?: Finding, facts?: Record<string, unknown>): void;
  /** Those that were not tried. */
  skipRest(): void;
  failure(): Finding | undefined;
}

/** Ends a walk whose failing hop is noted already. */
class Ended extends Error {}

export const isEnded = (error: unknown): boolean => error instanceof Ended;

export function createWalk(context: FixContext, tell: (hop: Hop) => void): Walk {
  const hops: Hop[] = [];
  let failed: Finding | undefined;
  let startedAt = performance.now();

  const push = (hop: HopName, status: Hop['status'], finding?: Finding, facts: Hop['facts'] = {}) => {
    const now = performance.now();
    const told: Hop = {
      ...{ hop, status, code: finding?.code ?? null, took_ms: Math.round(now - startedAt) },
      facts: { ...facts, ...finding?.facts },
      fix: finding ? toFix(finding, context) : null,
    };
    startedAt = now;
    hops.push(told);
    tell(told);
  };
  /** Hops before the one to blame were passed with it. */
  const fail = (at: HopName, finding: Finding) => {
    const blamed = toBlamed(at, finding.code);
    for (const hop of HOPS.slice(HOPS.indexOf(at), HOPS.indexOf(blamed))) push(hop, 'ok');
    failed = finding;
    push(blamed, 'fail', finding);
  };
  const note: Walk['note'] = (hop, finding, facts) => push(hop, finding ? 'warn' : 'ok', finding, facts);

  return {
    hops,
    note,
    failure: () => failed,
    async step(hop, attempt) {
      try {
        const { value, facts, warning } = await attempt();
        note(hop, warning, facts);
        return value;
      } catch (error) {
        fail(hop, toFinding(error, hop));
        throw new Ended('the walk ended', { cause: error });
      }
    },
    skipRest() {
      for (const hop of HOPS.slice(hops.length)) push(hop, 'skipped');
    },
  };
}

/** The hop of a code, unless the code was found at a later one. */
function toBlamed(at: HopName, code: DiagnosisCode): HopName {
  const { hop } = DIAGNOSES[code];
  if (HOPS.indexOf(hop) >= HOPS.indexOf(at)) return hop;
  return at === 'upgrade' && code === 'gateway.starting' ? 'auth' : at;
}

/** An answer of the gateway that no hop expects is told as what it is. */
function toFinding(error: unknown, hop: HopName): Finding {
  if (error instanceof ConnectFailure) return { code: error.diagnosis, facts: error.facts };
  if (!(error instanceof Problem)) throw error;
  const facts = { refusal: error.message.slice(0, 300) };
  if (error.code === 'gateway.scope_missing') return { code: 'gateway.scope_missing', facts };
  return { code: BY_HOP[hop] ?? 'gateway.unreachable', facts };
}

const BY_HOP: Partial<Record<HopName, DiagnosisCode>> = {
  config: 'gateway.config_invalid',
  reach_back: 'gateway.base_url_unreachable',
  round_trip: 'gateway.agent_silent',
};
