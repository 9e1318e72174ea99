import type { NewViolation } from '#server/governance/index.ts';
import { addBin, toBin } from '#server/platform/histograms/histogram.rules.ts';
import { toOccurrence } from '../rollups/calls.ts';
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

/** Notes a call that ended, for breakers. What was blocked, cancelled or reused never happened as one, and a replay is no traffic. */
export function noteCall({ run, draft, scope }: LineEvent, { kind, name, status, startedAt, durUs }: StepRow): void {
  const isCall = kind === 'tool' || kind === 'llm';
  const isOutcome = status === 'ok' || status === 'error';
  if (!isCall || !isOutcome || run.isReplay || run.agentId === null) return;
  const took = durUs ?? 0;
  draft.occurrences.push({
    agentId: run.agentId,
    versionId: run.versionId,
    tool: kind === 'tool' ? name : '',
    // By the server's clock: what an agent says of the future counts now.
    t: Math.min(startedAt + took, scope.now),
    durUs: took,
    isError: status === 'error',
    capValue: kind === 'tool' ? scope.capValue : null,
  });
}

/** Notes a violation, for breakers. */
export function noteViolation({ run, draft, scope }: LineEvent, violation: NewViolation): void {
  const occurrence = run.isReplay ? undefined : toOccurrence(violation, scope.now);
  if (occurrence) draft.occurrences.push(occurrence);
}
