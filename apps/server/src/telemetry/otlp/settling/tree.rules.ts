import type { StepKind } from '../../steps/steps.schema.ts';
import { type Agent, toAgent } from '../reporting/agents.rules.ts';
import type { PendingSpan, SpanBody } from './pending-span.ts';

/** A span that means something. */
export type MeantSpan = PendingSpan & { body: SpanBody };

/** A run that spans make: of an agent span, or of what stands below none. */
export interface TreeRun {
  /** The agent span; null for the run of the trace itself. */
  span: MeantSpan | null;
  agent: Agent;
  /** Who tells of the run: whoever sent its agent span, or what it is named by. */
  producerId: string;
  parent: TreeRun | null;
  depth: number;
}

export interface TreeStep {
  span: MeantSpan;
  kind: StepKind;
  run: TreeRun;
  parent: MeantSpan | null;
}

export interface Tree {
  /** Parents before their children. */
  runs: TreeRun[];
  /** Steps in the order of their claims, then of time. */
  steps: TreeStep[];
  /** The root span of the trace, when it came. */
  root: PendingSpan | undefined;
  parentOf: ParentOf;
}

const isMeant = (span: PendingSpan): span is MeantSpan => span.body !== null;

/** Puts the spans of a trace together: which runs there are, and which steps belong to which. */
export function buildTree(spans: readonly PendingSpan[]): Tree {
  const byId = new Map(spans.map((span) => [span.span_id, span]));
  const parentOf = createParents(byId);
  const meant = spans.filter(isMeant).toSorted(byClaim);
  const root = spans.find(({ parent_span_id }) => parent_span_id === null);
  const isAgentRun = (span: MeantSpan) => isRun(span, parentOf);
  const runOf = createRuns({ parentOf, isAgentRun }, meant, root);
  const steps = meant.flatMap((span): TreeStep[] => {
    const kind = toKind(span, isAgentRun(span));
    return kind === null ? [] : [{ span, kind, run: runOf(span), parent: findParentStep(span, parentOf, isAgentRun) }];
  });
  const runs = new Set(meant.flatMap((span) => withParents(runOf(span))));
  return { runs: [...runs].toSorted((a, b) => a.depth - b.depth), steps, root, parentOf };
}

const byClaim = (a: PendingSpan, b: PendingSpan): number =>
  a.settle - b.settle || a.started_us - b.started_us || (a.span_id < b.span_id ? -1 : 1);

const withParents = (run: TreeRun): TreeRun[] => (run.parent ? [...withParents(run.parent), run] : [run]);

/** The nearest span above that means something. */
export type ParentOf = (span: PendingSpan) => MeantSpan | undefined;

/** Whether a span is a run of an agent: some are only where no run stands above them. */
function isRun(span: MeantSpan, parentOf: ParentOf): boolean {
  if (span.body.role !== 'run' || span.body.nested === undefined) return span.body.role === 'run';
  for (const above of listAbove(span, parentOf)) if (above.body.role === 'run') return false;
  return true;
}

function toKind({ body }: MeantSpan, isAgentRun: boolean): StepKind | null {
  if (isAgentRun) return null;
  return body.role === 'run' ? (body.nested ?? 'other') : body.role;
}

/** Walks up, each path once; a circle of parents ends where it closes. */
function createParents(byId: ReadonlyMap<string, PendingSpan>): ParentOf {
  const found = new Map<string, MeantSpan | undefined>();
  return (span) => {
    const path = [span.span_id];
    const seen = new Set(path);
    let at = byId.get(span.parent_span_id ?? '');
    let parent: MeantSpan | undefined;
    while (at && !seen.has(at.span_id)) {
      if (isMeant(at)) {
        parent = at;
        break;
      }
      if (found.has(at.span_id)) {
        parent = found.get(at.span_id);
        break;
      }
      path.push(at.span_id);
      seen.add(at.span_id);
      at = byId.get(at.parent_span_id ?? '');
    }
    for (const id of path) found.set(id, parent);
    return parent;
  };
}

/** The spans above that mean something, the nearest first; a circle ends where it closes. */
export function* listAbove(span: PendingSpan, parentOf: ParentOf): Generator<MeantSpan> {
  const seen = new Set([span.span_id]);
  for (let at = parentOf(span); at && !seen.has(at.span_id); at = parentOf(at)) {
    seen.add(at.span_id);
    yield at;
  }
}

interface Walk {
  parentOf: ParentOf;
  isAgentRun(span: MeantSpan): boolean;
}

function createRuns({ parentOf, isAgentRun }: Walk, meant: readonly MeantSpan[], root: PendingSpan | undefined) {
  const [first] = meant;
  let own: TreeRun | undefined;
  /** The run of the trace: named by its root, whatever that is. */
  const ownRun = (): TreeRun => {
    const namer = root && isMeant(root) ? root : first;
    own ??= { span: null, agent: toAgent(namer?.body), producerId: namer?.producer_id ?? '', parent: null, depth: 0 };
    return own;
  };
  const runs = new Map<string, TreeRun>();
  const runOf = (span: MeantSpan): TreeRun => {
    const known = runs.get(span.span_id);
    if (known) return known;
    // From the top down, so that a deep tree needs no deep stack.
    const path = [span, ...listAbove(span, parentOf)].toReversed();
    let run: TreeRun | undefined;
    for (const at of path) {
      run = runs.get(at.span_id) ?? enter(at, run);
      if (run) runs.set(at.span_id, run);
    }
    return run ?? ownRun();
  };
  const enter = (span: MeantSpan, above: TreeRun | undefined): TreeRun | undefined => {
    if (!isAgentRun(span)) return above;
    const agent = toAgent(span.body);
    // A framework that wraps an agent in itself makes one run.
    if (above && above.agent.identity === agent.identity && parentOf(span) === above.span) return above;
    return { span, agent, producerId: span.producer_id, parent: above ?? null, depth: (above?.depth ?? -1) + 1 };
  };
  return runOf;
}

/** The step of the same run that this one stands under: tools below a model's call stand beside it. */
function findParentStep(span: MeantSpan, parentOf: ParentOf, isAgentRun: Walk['isAgentRun']): MeantSpan | null {
  for (const above of listAbove(span, parentOf)) {
    if (isAgentRun(above)) return null;
    if (above.body.role !== 'llm') return above;
  }
  return null;
}
