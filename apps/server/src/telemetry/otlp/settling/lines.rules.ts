import { formatInstant } from '../../batches/instants.rules.ts';
import type { TokenCounts } from '../mapping/classified.ts';
import type { SpanBody } from './pending-span.ts';
import type { MeantSpan, Tree, TreeRun, TreeStep } from './tree.rules.ts';
import { createUsage, type Usage } from './usage.rules.ts';

/** An event as processes report it. */
export type Line = Record<string, unknown>;

/** A line of a run, and who tells it. */
export interface ToldLine {
  run: TreeRun;
  producerId: string;
  line: Line;
}

/** A claim of a trace: what of it is to be written now. */
export interface Claim {
  traceId: string;
  settle: number;
  /** The same whenever it is asked for. */
  runIdOf(run: TreeRun): string;
}

/** Each claim has numbers of its own, so that what comes late follows what is stored. */
const SEQS = 2 ** 20;

/**
 * The lines of what a claim took, in the order in which they are read: runs before what belongs to them, parents first.
 */
export function toLines(claim: Claim, tree: Tree): ToldLine[] {
  const isNew = (span: MeantSpan) => span.settle === claim.settle;
  const keys = toKeys(tree);
  const usage = createUsage(tree);
  const context: Context = { claim, tree, keys, usage };
  const steps = tree.steps.filter(({ span }) => isNew(span));
  const begun = tree.runs.filter((run) => isRunNew(run, context));
  const runs = tree.runs.filter(({ span }) => span !== null && isNew(span));
  const lines = [
    ...begun.map((run) => toTold(run, run, toStart(run, context))),
    ...runs.flatMap((run) => (run.parent ? [toTold(run.parent, run, toSubagent(run, context))] : [])),
    ...runs.flatMap((run) => toReported(run, context).map((line) => toTold(run, run, line))),
    ...steps.map((step) => toTold(step.run, { producerId: step.span.producer_id }, toStep(step, context))),
    ...begun.flatMap((run) => toEnd(run, context).map((line) => toTold(run, run, line))),
  ];
  for (const [index, { line, run }] of lines.entries()) {
    line.run = claim.runIdOf(run);
    line.seq = claim.settle * SEQS + index;
  }
  return lines;
}

const toTold = (run: TreeRun, { producerId }: Pick<ToldLine, 'producerId'>, line: Line): ToldLine => ({
  ...{ run, producerId, line },
});

interface Context {
  claim: Claim;
  tree: Tree;
  keys: Map<MeantSpan, string>;
  usage: Usage;
}

/** The run of the trace begins with the first claim that has something for it, and ends with the root. */
function isRunNew(run: TreeRun, { claim, tree }: Context): boolean {
  if (run.span) return run.span.settle === claim.settle;
  const first = tree.steps.find((step) => step.run === run)?.span.settle ?? claim.settle;
  return first === claim.settle || tree.root?.settle === claim.settle;
}

const cut = (text: string, max: number): string => (text.length <= max ? text : text.slice(0, max).toWellFormed());
const optional = (text: string | undefined, max: number) => (text === undefined ? undefined : cut(text, max));
const nameOf = ({ name, spanName }: SpanBody): string => cut(name ?? spanName, 256) || 'unnamed';

function toStart(run: TreeRun, { claim, keys, tree }: Context): Line {
  const { body, started_us } = run.span ?? { body: undefined, started_us: startOf(run, tree) };
  return {
    t: 'run.start',
    ts: formatInstant(started_us),
    trace: claim.traceId,
    name: body ? nameOf(body) : cut(run.agent.name, 256),
    entrypoint: 'opentelemetry',
    input: body?.input,
    session: optional(body?.session, 256),
    user: optional(body?.user, 256),
    task: body?.taskId,
    parent: run.parent && { run: claim.runIdOf(run.parent), step: run.span && keys.get(run.span) },
  };
}

/** When the run of a trace began: with its root, or the first that is known of it. */
const startOf = (run: TreeRun, { root, steps }: Tree): number =>
  Math.min(
    root?.started_us ?? Number.POSITIVE_INFINITY,
    ...steps
      .slice(0, 1_000)
      .filter((step) => step.run === run)
      .map(({ span }) => span.started_us),
  );

function toEnd(run: TreeRun, { tree }: Context): Line[] {
  const span = run.span ?? tree.root;
  if (!span) return []; // its root never came: it is given up like any other that falls silent
  const failed = tree.steps.find((step) => step.run === run && step.span.body.error);
  const isError = span.body ? span.body.error !== null : failed !== undefined;
  const error = isError ? (failed?.span.body.error ?? span.body?.error) : undefined;
  return [
    {
      t: 'run.end',
      ts: formatInstant(span.ended_us),
      status: isError ? 'error' : 'ok',
      error: error && toError(error),
      out: span.body?.output,
    },
  ];
}

/** The step by which a run calls another agent. */
const toSubagent = (run: TreeRun, context: Context): Line => {
  const span = run.span as MeantSpan; // a run with a parent is one of an agent span
  return { ...toCommon(span, context), kind: 'subagent', name: cut(run.agent.name, 256) };
};

/** One call for all that an agent span says it used. */
function toReported(run: TreeRun, { usage }: Context): Line[] {
  const tokens = usage.ofRun(run);
  if (!(tokens && run.span)) return [];
  const { body, ended_us, span_id, started_us } = run.span;
  const line = {
    ...{ t: 'step.end', ts: formatInstant(ended_us), started_at: formatInstant(started_us) },
    ...{ dur_us: ended_us - started_us, key: `reported/${span_id}`, kind: 'llm', name: 'reported usage', status: 'ok' },
    ...toModel(body, tokens),
  };
  return [line];
}

function toStep(step: TreeStep, context: Context): Line {
  const { kind, span } = step;
  const { body } = span;
  const isWrapper = context.usage.isWrapper(step);
  return {
    ...toCommon(span, context),
    kind: isWrapper ? 'other' : kind,
    name: nameOf(body),
    parent_key: step.parent ? context.keys.get(step.parent) : undefined,
    in: body.input,
    out: body.output,
    ...(kind === 'llm' && !isWrapper ? toModel(body, context.usage.ofCall(step)) : {}),
    finish: optional(body.finish, 64),
    side_effect: body.sideEffect,
  };
}

const toModel = ({ model, provider }: SpanBody, tokens: TokenCounts | undefined): Line => ({
  model: optional(model, 200),
  provider: optional(provider, 64),
  tokens,
});

const toCommon = (span: MeantSpan, { keys }: Context): Line => ({
  t: 'step.end',
  ts: formatInstant(span.ended_us),
  key: keys.get(span),
  started_at: formatInstant(span.started_us),
  dur_us: span.ended_us - span.started_us,
  status: span.body.error ? 'error' : 'ok',
  error: span.body.error ? toError(span.body.error) : undefined,
});

const toError = ({ type, message }: { type: string | null; message: string | null }) => ({
  type: cut(type ?? 'error', 256),
  message: message ?? undefined,
});

/** Keys by which runs of the same agent can be compared: `parent/kind:name#n`, counted in the order of the claims. */
function toKeys({ runs, steps }: Tree): Map<MeantSpan, string> {
  const keys = new Map<MeantSpan, string>();
  const counts = new Map<string, number>();
  const add = (span: MeantSpan, place: string, stem: string) => {
    const n = (counts.get(place + stem) ?? 0) + 1;
    counts.set(place + stem, n);
    keys.set(span, `${stem}#${n}`);
  };
  const runNumber = new Map(runs.map((run, index) => [run, index]));
  for (const { span, parent } of runs)
    if (span && parent) add(span, `${runNumber.get(parent)}/`, `subagent:${cut(nameOf(span.body), 100)}`);
  const parents = steps.toSorted((a, b) => a.span.started_us - b.span.started_us);
  for (const { kind, parent, run, span } of parents) {
    const above = parent && keys.get(parent);
    const stem = `${kind}:${cut(nameOf(span.body), 100)}`;
    add(span, `${runNumber.get(run)}/`, above && above.length < 700 ? `${above}/${stem}` : stem);
  }
  return keys;
}
