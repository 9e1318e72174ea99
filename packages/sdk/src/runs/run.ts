import { createHash } from 'node:crypto';
import type { Past, Usage } from '@mission-control/policy/evaluate';
import type { Like } from '../approvals/pins.ts';
import { nowMicros, toDay } from '../clock.ts';
import type { Agent } from '../enrolment/agent.ts';
import { newId } from '../ids.ts';
import type { HeldBlobs } from '../payloads/hold.ts';
import type { Rulebook } from '../rulebook/rulebook.ts';
import { isSampled } from './sampling.ts';

/** One execution of an agent, while it lasts in this process. */
export interface Run {
  id: string;
  /** UTC day of the id: where its payloads are stored. */
  day: string;
  rootId: string;
  trace: string;
  agent: Agent;
  name: string | undefined;
  parent: RunParent | undefined;
  /** Slugs of this run's agent and of those above it in this process. */
  lineage: Set<string>;
  startedAt: number;
  /** The sequence number of the next event. */
  seq: number;
  ordinals: Map<string, number>;
  /** Closed steps. */
  steps: number;
  /** How sure the agent said it was, last. */
  confidence: number | undefined;
  /** What it has used, with the runs below the same root in this process. */
  tally: Tally;
  /** What it has done, as far as rules about order ask; made for one set of policies. */
  past: { of: Rulebook | undefined; past: Past } | undefined;
  /** Decisions against it, and what was warned of already. */
  violations: number;
  warned: Set<string>;
  /** Leave that people gave for calls like one that they saw. */
  likes: Like[];
  /** By tool: whether the run may try if a half-open breaker closes. */
  probes: Map<string, 'granted' | 'refused'>;
  /** Whether payloads are uploaded as they come; else they are held until the run turns out to matter. */
  uploads: boolean;
  held: HeldBlobs;
  status: 'running' | 'ended';
  /** Ends it from outside; made when it is asked for. */
  abort: AbortController | undefined;
}

export interface Tally {
  used: Required<Pick<Usage, 'tokens' | 'tool_calls' | 'llm_calls'>>;
  /** In US dollars; undefined from the first call on whose price is not known. */
  costUsd: number | undefined;
  /** When the root began, in microseconds. */
  since: number;
}

export interface RunParent {
  run: string;
  step: string | undefined;
}

/** A run elsewhere that called this process. */
export interface RemoteParent {
  run: string;
  step: string | undefined;
  root: string;
  trace: string;
  sampled: boolean;
}

export interface RunOrigin {
  agent: Agent;
  name: string | undefined;
  parent: { run: Run; stepKey: string | undefined } | undefined;
  /** A caller in another process. */
  remote: RemoteParent | undefined;
  sampleRate: number;
}

/** A new run, or a child when it has a parent: a child shares the tree's root, trace and sampling. */
export function createRun({ agent, name, parent, remote, sampleRate }: RunOrigin): Run {
  const startedAt = nowMicros();
  const id = newId(startedAt);
  const rootId = parent?.run.rootId ?? remote?.root ?? id;
  return {
    id,
    day: toDay(startedAt),
    rootId,
    trace: parent?.run.trace ?? remote?.trace ?? rootId.replaceAll('-', ''),
    agent,
    name,
    parent: parent ? { run: parent.run.id, step: parent.stepKey } : remote && { run: remote.run, step: remote.step },
    lineage: new Set([...(parent?.run.lineage ?? []), agent.slug]),
    startedAt,
    seq: 0,
    ordinals: new Map(),
    steps: 0,
    confidence: undefined,
    tally: parent?.run.tally ?? { used: { tokens: 0, tool_calls: 0, llm_calls: 0 }, costUsd: 0, since: startedAt },
    past: undefined,
    violations: 0,
    warned: new Set(),
    likes: [],
    probes: new Map(),
    uploads: remote?.sampled ?? isSampled(rootId, sampleRate),
    held: { bytes: 0, blobs: new Map() },
    status: 'running',
    abort: undefined,
  };
}

/** First 8 bytes of SHA-256(run + step key): the span id under which OTLP and SDK data of a step join. */
export const toSpanId = (runId: string, stepKey: string): string =>
  createHash('sha256').update(runId).update(stepKey).digest('hex').slice(0, 16);
