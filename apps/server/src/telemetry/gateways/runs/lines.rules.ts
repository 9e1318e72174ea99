import { formatInstant } from '../../batches/instants.rules.ts';
import type { ModelCall, Trigger } from '../facts/fact.ts';
import { toOutcome } from './outcome.rules.ts';
import type { Question, RunRecord, Sent, ToolUse } from './record.rules.ts';

/** An event of the telemetry protocol without its run and its number. */
export type Line = Record<string, unknown> & { t: string };

/** What only the registry knows of a run. */
export interface Belonging {
  agentId: string;
  taskId: string | null;
  parentRunId: string | null;
}

/** How long facts that belong together may come apart. What is still missing then is done without. */
export const SETTLE_MS = 2_000;

/** The lines that are due at `now`; they count as stored from here on. */
export function takeLines(record: RunRecord, sent: Sent, belonging: Belonging, now: number): Line[] {
  const isOld = now - record.heardAt >= SETTLE_MS;
  if (!sent.start && !isOld && !(record.startedAt?.rank === 2 && record.input !== null)) return [];
  const start = sent.start ? [] : [toStart(record, belonging)];
  sent.start = true;
  const steps = takeSteps(record, sent, now);
  if (sent.end || !isEndDue(record, now)) return [...start, ...steps];
  sent.end = true;
  return [...start, ...steps, toEnd(record)];
}

/** In the order in which they began. */
function takeSteps({ calls, tools, questions }: RunRecord, sent: Sent, now: number): Line[] {
  const lines = [
    ...[...calls.values()].filter(({ key }) => isNew(sent.closed, key)).map(toCallLine),
    ...[...tools.values()].flatMap((tool) => takeTool(tool, sent, now)),
    ...[...questions.values()].flatMap((question) => takeQuestion(question, sent)),
  ];
  const beginOf = ({ started_at, ts }: Line) => String(started_at ?? ts);
  return lines.sort((a, b) => (beginOf(a) < beginOf(b) ? -1 : 1));
}

/** Whether something of the run is known that waits to be due: it must be looked at again without being heard of. */
export const isWaiting = (record: RunRecord, sent: Sent): boolean =>
  !sent.start ||
  (record.ending !== null && !sent.end) ||
  [...record.tools.values()].some((tool) => tool.result !== null && !sent.closed.has(tool.key));

function isNew(keys: Set<string>, key: string): boolean {
  if (keys.has(key)) return false;
  keys.add(key);
  return true;
}

function takeTool(tool: ToolUse, sent: Sent, now: number): Line[] {
  if (sent.closed.has(tool.key) || tool.name === null) return [];
  const isComplete = tool.result?.rank === 3 && tool.args !== null && tool.endedAt?.rank === 3;
  if (tool.answerHeardAt !== null && (isComplete || now - tool.answerHeardAt >= SETTLE_MS)) {
    sent.closed.add(tool.key);
    return [toToolLine(tool)];
  }
  return tool.args !== null && tool.result === null && isNew(sent.open, tool.key) ? [toToolStart(tool)] : [];
}

function takeQuestion(question: Question, sent: Sent): Line[] {
  const { key, answer } = question;
  if (answer !== null) return isNew(sent.closed, key) ? [toQuestionLine(question, answer)] : [];
  return isNew(sent.open, key) ? [{ ...toQuestionStart(question), t: 'step.start' }] : [];
}

/** The end is told by the lifecycle, with the instant, and by the chat. */
function isEndDue({ ending, endedAt, endHeardAt }: RunRecord, now: number): boolean {
  if (ending === null || endHeardAt === null) return false;
  const isTold = [1.5, 3, 4.5].includes(ending.rank) && endedAt?.rank === 2;
  return isTold || now - endHeardAt >= SETTLE_MS;
}

const instant = (ms: number): string => formatInstant(ms * 1_000);
const span = (startedAt: number, endedAt: number) => ({
  ts: instant(Math.max(startedAt, endedAt)),
  started_at: instant(startedAt),
  dur_us: Math.max(0, endedAt - startedAt) * 1_000,
});

function toStart(record: RunRecord, { agentId, taskId, parentRunId }: Belonging): Line {
  const { input, sessionKey, startedAt } = record;
  const trigger = record.trigger ?? toTriggerOfSession(sessionKey);
  return {
    t: 'run.start',
    ts: instant(startedAt?.value ?? record.heardAt),
    agent: agentId,
    task: taskId ?? undefined,
    parent: parentRunId === null ? undefined : { run: parentRunId },
    name: (trigger?.name ?? trigger?.kind ?? toSessionName(sessionKey))?.slice(0, 256),
    entrypoint: 'gateway',
    session: sessionKey?.slice(0, 256),
    input: input === null ? undefined : { v: input },
    tags: { trigger: trigger?.kind ?? 'message' },
  };
}

/** A job of the gateway runs in a session of its own: `agent:<agent id>:cron:<job>`. */
const toTriggerOfSession = (sessionKey: string | null): Trigger | null =>
  /^agent:[^:]+:cron:/.test(sessionKey ?? '') ? { kind: 'cron', name: null } : null;

/** What stands after `agent:<agent id>:` */
const toSessionName = (sessionKey: string | null) => sessionKey?.split(':').slice(2).join(':');

const toCallLine = (call: ModelCall): Line => ({
  t: 'step.end',
  key: call.key.slice(0, 1_024),
  kind: 'llm',
  name: (call.model ?? 'model').slice(0, 200),
  model: call.model?.slice(0, 200),
  provider: call.provider?.slice(0, 64),
  ...span(call.startedAt, call.endedAt),
  status: call.error === null ? (call.finish === 'aborted' ? 'cancelled' : 'ok') : 'error',
  error: call.error === null ? undefined : { type: 'model_error', message: call.error },
  finish: call.finish?.slice(0, 64),
  response_id: call.responseId?.slice(0, 256),
  tokens: call.tokens ?? undefined,
  cost_usd: call.costUsd ?? undefined,
  out: call.text === '' ? undefined : { v: call.text },
});

const toToolHead = (tool: ToolUse) => ({
  key: tool.key.slice(0, 1_024),
  kind: 'tool',
  name: (tool.name ?? '').slice(0, 256),
  // The ledger knows that it happened, not with what.
  in: tool.args?.value ?? { x: 'dropped', size: 0 },
});

const toToolStart = (tool: ToolUse): Line => ({
  t: 'step.start',
  ts: instant(tool.startedAt?.value ?? tool.heardAt),
  ...toToolHead(tool),
});

function toToolLine(tool: ToolUse): Line {
  const endedAt = tool.endedAt?.value ?? tool.startedAt?.value ?? tool.heardAt;
  const result = tool.result?.value ?? { isError: false, exitCode: null, text: undefined };
  const { status, error } = toOutcome(result);
  return {
    t: 'step.end',
    ...toToolHead(tool),
    ...span(tool.startedAt?.value ?? endedAt, endedAt),
    status,
    error: error ?? undefined,
    out: result.text === undefined ? { x: 'dropped', size: 0 } : { v: toOutput(result) },
  };
}

const toOutput = ({ text, exitCode }: { text: string | undefined; exitCode: number | null }) =>
  exitCode === null ? { text } : { text, exit_code: exitCode };

const toQuestionStart = ({ key, toolKey, what, askedAt }: Question) => ({
  ts: instant(askedAt),
  key: key.slice(0, 1_024),
  parent_key: toolKey?.slice(0, 1_024),
  kind: 'human',
  name: 'approval',
  in: what,
});

const toQuestionLine = (question: Question, answer: NonNullable<Question['answer']>): Line => ({
  ...toQuestionStart(question),
  t: 'step.end',
  ...span(question.askedAt, answer.answeredAt),
  status: answer.answer === 'deny' ? 'blocked' : 'ok',
  wait_us: Math.max(0, answer.answeredAt - question.askedAt) * 1_000,
  out: { v: { decision: answer.answer, resolved_by: answer.by } },
});

function toEnd(record: RunRecord): Line {
  const { ending, said } = record;
  const { status, errorType, errorMessage, stopReason } = ending?.value ?? NO_ENDING;
  const endedAt = record.endedAt?.value ?? record.endHeardAt ?? record.lastHeardAt;
  return {
    t: 'run.end',
    ts: instant(Math.max(endedAt, record.startedAt?.value ?? endedAt)),
    status,
    outcome: stopReason ?? undefined,
    error: status === 'error' ? { type: errorType ?? 'unknown', message: errorMessage ?? undefined } : undefined,
    out: said === null ? undefined : { v: said.value },
  };
}

const NO_ENDING = { status: 'ok' as const, errorType: null, errorMessage: null, stopReason: null };
