import { toAgentSlug } from '#server/agents/index.ts';
import type { Context } from '#server/platform/context.ts';
import { findLimits } from './reported-agents.ts';

/** How long what a key may say is believed: every request asks. */
const BELIEVED_MS = 10_000;
const MAX_KNOWN = 1_000;

/** Whether the caller may speak of the agent that an identity names. */
export type MayReport = (identity: string) => boolean;

/** Looks up what callers may speak of, each at most every ten seconds. */
export function createLimits(): (ctx: Context) => Promise<MayReport> {
  const known = new Map<string, { until: number; mayReport: Promise<MayReport> }>();
  return (ctx) => {
    const key = ctx.orgId + ctx.actor.id;
    const at = ctx.now().getTime();
    const believed = known.get(key);
    if (believed && believed.until > at) return believed.mayReport;
    if (known.size >= MAX_KNOWN) known.clear();
    const mayReport = findLimits(ctx, ctx.actor.id).then(toMayReport);
    known.set(key, { until: at + BELIEVED_MS, mayReport });
    mayReport.catch(() => known.delete(key)); // whoever asked is told; the next asks anew
    return mayReport;
  };
}

/** Remembers answers: the identities of a sender are few. */
function toMayReport(isAllowed: (slug: string) => boolean): MayReport {
  const answers = new Map<string, boolean>();
  return (identity) => {
    const known = answers.get(identity);
    if (known !== undefined) return known;
    if (answers.size >= MAX_KNOWN) answers.clear();
    const answer = isAllowed(toAgentSlug(identity));
    answers.set(identity, answer);
    return answer;
  };
}
