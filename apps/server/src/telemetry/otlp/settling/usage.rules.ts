import type { TokenCounts } from '../mapping/classified.ts';
import { listAbove, type MeantSpan, type Tree, type TreeRun, type TreeStep } from './tree.rules.ts';

/** Whose tokens count, so that none counts twice. */
export interface Usage {
  /** Tokens of a model's call; undefined for one that only wraps others, or that something above it counted already. */
  ofCall(step: TreeStep): TokenCounts | undefined;
  /** Whether the step only wraps a model's calls. */
  isWrapper(step: TreeStep): boolean;
  /** What an agent span reported, when no call below it was seen. */
  ofRun(run: TreeRun): TokenCounts | undefined;
}

export function createUsage({ runs, steps, parentOf }: Tree): Usage {
  const calls = steps.filter(({ kind }) => kind === 'llm');
  const { counted, wrappers } = findNested(calls, parentOf);
  const covered = findCovered(runs, calls);
  const tells = (run: TreeRun) => run.span?.body.tokens !== undefined && !covered.has(run);
  return {
    isWrapper: ({ span }) => wrappers.has(span),
    ofCall: ({ span, run }) =>
      wrappers.has(span) || counted.has(span) || withAbove(run).some(tells) ? undefined : span.body.tokens,
    ofRun: (run) => (tells(run) ? run.span?.body.tokens : undefined),
  };
}

/** Calls around other calls: those of this claim or later only wrap; what stands in an earlier one was counted with it. */
function findNested(calls: readonly TreeStep[], parentOf: Tree['parentOf']) {
  const wrappers = new Set<MeantSpan>();
  const counted = new Set<MeantSpan>();
  for (const { span } of calls)
    for (const above of listAbove(span, parentOf)) {
      if (above.body.role !== 'llm') continue;
      if (claimOf(above) < claimOf(span)) counted.add(span);
      else wrappers.add(above);
    }
  return { counted, wrappers };
}

/** Runs below which something else counts: a call, or of agent spans one in another the innermost. */
function findCovered(runs: readonly TreeRun[], calls: readonly TreeStep[]): Set<TreeRun> {
  const byCalls = calls.flatMap(({ run, span }) =>
    withAbove(run).filter((above) => above.span === null || claimOf(above.span) >= claimOf(span)),
  );
  const byRuns = runs.flatMap(({ parent, span }) => (parent && span?.body.tokens ? withAbove(parent) : []));
  return new Set([...byCalls, ...byRuns]);
}

const withAbove = (run: TreeRun): TreeRun[] => (run.parent ? [run, ...withAbove(run.parent)] : [run]);

/** What came with an earlier claim is stored and counted. */
const claimOf = ({ settle }: MeantSpan): number => settle;
