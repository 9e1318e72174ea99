import type { NewViolation } from '#server/governance/index.ts';
import { addBin, toBin } from '#server/platform/histograms/histogram.rules.ts';
import { addViolation, countOf } from '../rollups/calls.ts';
import { addDuration, addTokens, type Dim, type Rollup, spanOf, sumOf, toMinute } from '../rollups/rollups.rules.ts';
import { type StepRow, toPromptBucket } from '../steps/step-row.ts';
import type { RunEnd } from '../writer/run-delta.ts';
import type { LineEvent } from './draft.ts';

/** Adds a closed step to the sums of its minute. */
export function measureStep(event: LineEvent, step: StepRow): void {
  const at = step.startedAt + (step.durUs ?? 0);
  if (step.kind === 'llm') measureCall(event, step, at);
  else if (step.kind === 'tool') countOutcome(sumFor(event, 'tool', step.name, at), step);
  else countOutcome(sumFor(event, 'step', `${step.kind}:${step.name}`, at), step);
  if (step.status === 'error' && step.errorType !== null) sumFor(event, 'error_type', step.errorType, at).n++;
  if (step.status === 'blocked') sumFor(event, 'all', '', at).blocked++;
  if (step.attempt > 1) sumFor(event, 'all', '', at).retries++;
}

function measureCall(event: LineEvent, step: StepRow, at: number): void {
  const model = step.model ?? step.name;
  const sum = sumFor(event, 'model', model, at);
  countOutcome(sum, step);
  if (!step.tokens) return;
  addUsage(sum, step);
  addUsage(sumFor(event, 'all', '', at), step);
  const bucket = sumFor(event, 'model_bucket', `${model}|${toPromptBucket(step.tokens.input)}`, at);
  bucket.n++;
  addDuration(bucket, step.durUs ?? 0);
  if (step.ttftUs !== null) addBin(bucket.ttftBins, toBin(step.ttftUs), 1);
}

function countOutcome(sum: Rollup, step: StepRow): void {
  sum.n++;
  if (step.status === 'error') sum.errors++;
  if (step.status === 'blocked') sum.blocked++;
  if (step.attempt > 1) sum.retries++;
  addDuration(sum, step.durUs ?? 0);
  if (step.ttftUs !== null) addBin(sum.ttftBins, toBin(step.ttftUs), 1);
}

function addUsage(sum: Rollup, { tokens, cost }: StepRow): void {
  if (!tokens) return;
  addTokens(sum.tokens, tokens);
  if (cost === null) sum.unpricedTokens += tokens.input + tokens.output;
  else sum.cost += cost;
}

/** Counts a run that began. */
export function measureRunStart(event: LineEvent): void {
  sumFor(event, 'start', '', event.ts).n++;
}

/** Adds an ended run. */
export function measureRunEnd(event: LineEvent, end: RunEnd): void {
  const sum = sumFor(event, 'all', '', end.endedAt);
  sum.n++;
  if (end.status === 'error') sum.errors++;
  addDuration(sum, Math.max(0, end.endedAt - event.run.startedAt));
  if (end.score !== null) {
    sum.scoreSum += end.score;
    sum.scoreN++;
  }
  if (end.status === 'error' && end.errorType !== null) sumFor(event, 'error_type', end.errorType, end.endedAt).n++;
}

/** Counts a decision, plain allows included: they have no row of their own. */
export function measureDecision(event: LineEvent, verdict: string): void {
  sumFor(event, 'decision', verdict, event.ts).n++;
}

function sumFor({ draft, run, scope }: LineEvent, dim: Dim, value: string, at: number): Rollup {
  const { agentId, versionId } = run;
  const span = spanOf(draft.rollups, { orgId: scope.orgId, agentId, versionId, t: toMinute(at) });
  return sumOf(span, dim, value, scope.capValue);
}

/** Counts a call that ended. What was blocked, cancelled or reused never happened as one, and a replay is no traffic. */
export function countCall(event: LineEvent, step: StepRow): void {
  const { run, draft, scope } = event;
  const isCall = step.kind === 'tool' || step.kind === 'llm';
  const isOutcome = step.status === 'ok' || step.status === 'error';
  if (!isCall || !isOutcome || run.isReplay || run.agentId === null) return;
  const durUs = step.durUs ?? 0;
  // By the server's clock: what an agent says of the future counts now.
  const at = Math.min(step.startedAt + durUs, scope.now);
  const place = { orgId: scope.orgId, agentId: run.agentId, versionId: run.versionId };
  const tool = step.kind === 'tool' ? scope.capValue({ ...place, t: toMinute(at) }, 'tool', step.name) : '';
  const count = countOf(draft.calls, { ...place, tool, t: at });
  count.n++;
  if (step.status === 'error') count.errors++;
  addBin(count.durBins, toBin(durUs), 1);
}

/** Counts a violation. */
export function countViolation({ run, draft, scope }: LineEvent, violation: NewViolation): void {
  if (!run.isReplay) addViolation(draft.calls, violation, { orgId: scope.orgId, until: scope.now });
}
