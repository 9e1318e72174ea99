import type { Ending, Fact, ModelCall, Payload, ToolResult, Trigger } from '../facts/fact.ts';

/** A value with how well its source knows it. */
interface Ranked<T> {
  value: T;
  rank: number;
}

export interface ToolUse {
  key: string;
  name: string | null;
  args: Ranked<Payload> | null;
  startedAt: Ranked<number> | null;
  endedAt: Ranked<number> | null;
  result: Ranked<ToolResult> | null;
  /** When the first word of it came, and of its result, by our clock. */
  heardAt: number;
  answerHeardAt: number | null;
}

/** What a person was asked during a run. */
export interface Question {
  key: string;
  toolKey: string | null;
  what: Payload;
  askedAt: number;
  answer: { answer: string; by: string | null; answeredAt: number } | null;
}

/** A run as the facts so far tell it. Nothing in it depends on the order in which they came. */
export interface RunRecord {
  run: string;
  sessionKey: string | null;
  agentId: string | null;
  /** When the first and the last fact came, by our clock. */
  heardAt: number;
  lastHeardAt: number;
  startedAt: Ranked<number> | null;
  input: string | null;
  trigger: Trigger | null;
  parentSessionKey: string | null;
  calls: Map<string, ModelCall>;
  tools: Map<string, ToolUse>;
  questions: Map<string, Question>;
  said: Ranked<string> | null;
  ending: Ranked<Ending> | null;
  endedAt: Ranked<number> | null;
  /** When the first word of its end came, by our clock. */
  endHeardAt: number | null;
}

/** What of a run has been stored. */
export interface Sent {
  start: boolean;
  end: boolean;
  /** Steps that are stored as open, and as closed. */
  open: Set<string>;
  closed: Set<string>;
}

export const createRecord = (run: string, now: number): RunRecord => ({
  run,
  sessionKey: null,
  agentId: null,
  heardAt: now,
  lastHeardAt: now,
  startedAt: null,
  input: null,
  trigger: null,
  parentSessionKey: null,
  calls: new Map(),
  tools: new Map(),
  questions: new Map(),
  said: null,
  ending: null,
  endedAt: null,
  endHeardAt: null,
});

/** Whether anything of the run's own work is known. */
const hasWorked = ({ calls, questions, startedAt, tools }: RunRecord): boolean =>
  startedAt?.rank === 2 || calls.size + tools.size + questions.size > 0;

/**
 * Whether it is no run but a message that waits: sent while its session was busy, its own run ends at once, and the work
 * is done later in a run without a message of its own.
 */
export const isQueuedMessage = (record: RunRecord): boolean =>
  record.ending?.value.status === 'ok' && record.said === null && !hasWorked(record);

/** Whether it works on a message that waited. */
export const lacksMessage = (record: RunRecord): boolean => record.input === null && hasWorked(record);

/** Adds a fact, heard at `now`. Adding it again changes nothing. */
export function addFact(record: RunRecord, fact: Fact, now: number): void {
  record.sessionKey ??= fact.sessionKey;
  record.agentId ??= fact.agentId ?? toAgentOfSession(fact.sessionKey);
  record.lastHeardAt = now;
  if (fact.at !== null) record.startedAt = earliest(record.startedAt, { value: fact.at, rank: 0 });
  ADD[fact.t](record, fact as never, now); // the table has an entry per type, each for its own
}

type Of<T extends Fact['t']> = Extract<Fact, { t: T }>;
type Add = { [T in Fact['t']]: (record: RunRecord, fact: Of<T>, now: number) => void };

const ADD: Add = {
  seen: () => undefined,
  started(record, { startedAt, rank }) {
    record.startedAt = earliest(record.startedAt, { value: startedAt, rank });
  },
  input(record, { text }) {
    record.input ??= text;
  },
  triggered(record, { trigger }) {
    record.trigger ??= trigger;
  },
  spawned(record, { parentSessionKey }) {
    record.parentSessionKey ??= parentSessionKey;
  },
  called(record, { call }) {
    if (!record.calls.has(call.key)) record.calls.set(call.key, call);
  },
  'tool.named'(record, { key, name }, now) {
    toolOf(record, key, now).name ??= name;
  },
  'tool.asked'(record, { key, args, rank }, now) {
    const tool = toolOf(record, key, now);
    tool.args = better(tool.args, { value: args, rank });
  },
  'tool.started'(record, { key, startedAt, rank }, now) {
    const tool = toolOf(record, key, now);
    tool.startedAt = earliest(tool.startedAt, { value: startedAt, rank });
  },
  'tool.ended'(record, { key, endedAt, rank }, now) {
    const tool = toolOf(record, key, now);
    tool.endedAt = earliest(tool.endedAt, { value: endedAt, rank });
  },
  'tool.answered'(record, { key, result, rank }, now) {
    const tool = toolOf(record, key, now);
    tool.result = better(tool.result, { value: result, rank });
    tool.answerHeardAt ??= now;
  },
  'person.asked'(record, { key, toolKey, what, askedAt }) {
    const question = record.questions.get(key);
    if (!question) record.questions.set(key, { key, toolKey, what, askedAt, answer: null });
    else question.askedAt = Math.min(question.askedAt, askedAt);
  },
  'person.answered'(record, { key, answer, by, answeredAt }) {
    const question = record.questions.get(key);
    if (question) question.answer ??= { answer, by, answeredAt };
  },
  said(record, { text, rank }) {
    record.said = better(record.said, { value: text, rank });
  },
  ended(record, { ending, rank }, now) {
    record.ending = better(record.ending, { value: ending, rank });
    record.endHeardAt ??= now;
  },
  'ended.at'(record, { endedAt, rank }) {
    record.endedAt = earliest(record.endedAt, { value: endedAt, rank });
  },
};

function toolOf(record: RunRecord, key: string, now: number): ToolUse {
  const known = record.tools.get(key);
  if (known) return known;
  const made: ToolUse = {
    ...{ key, name: null, args: null, startedAt: null, endedAt: null, result: null },
    ...{ heardAt: now, answerHeardAt: null },
  };
  record.tools.set(key, made);
  return made;
}

/** Adds what another source told of the same call. */
export function mergeTool(tool: ToolUse, more: ToolUse): void {
  tool.name ??= more.name;
  if (more.args) tool.args = better(tool.args, more.args);
  if (more.startedAt) tool.startedAt = earliest(tool.startedAt, more.startedAt);
  if (more.endedAt) tool.endedAt = earliest(tool.endedAt, more.endedAt);
  if (more.result) tool.result = better(tool.result, more.result);
  tool.answerHeardAt ??= more.answerHeardAt;
}

const better = <T>(known: Ranked<T> | null, more: Ranked<T>): Ranked<T> =>
  known === null || more.rank > known.rank ? more : known;

/** Of two that know equally well, the earlier. */
const earliest = (known: Ranked<number> | null, more: Ranked<number>): Ranked<number> =>
  known === null || more.rank > known.rank || (more.rank === known.rank && more.value < known.value) ? more : known;

/** `agent:<agent id>:<rest>` */
export const toAgentOfSession = (sessionKey: string | null): string | null =>
  /^agent:([^:]+):/.exec(sessionKey ?? '')?.[1] ?? null;
