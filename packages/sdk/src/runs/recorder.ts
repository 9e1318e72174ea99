import { nowMicros, toInstant } from '../clock.ts';
import { newId } from '../ids.ts';
import { type Captured, capture, captureMessages, DISABLED } from '../payloads/capture.ts';
import { takeHeld } from '../payloads/hold.ts';
import type { KnownBlobs } from '../payloads/known-blobs.ts';
import { toScope } from '../payloads/seal.ts';
import type { SelfMetrics } from '../process/self-metrics.ts';
import type { Item, Queue } from '../queue/queue.ts';
import { safely } from '../safely.ts';
import type { DropCounts, ErrorInfo, RunStatus, WireEvent } from '../wire.ts';
import { nextStepKey, toName } from './keys.ts';
import type { Run } from './run.ts';
import type { Step, StepClosing, StepFields, StepOpening } from './step.ts';

export interface RecorderOptions {
  queue: Queue;
  metrics: SelfMetrics;
  known: KnownBlobs;
  drops: DropCounts;
  /** `soon`: a run begins, its first step does, or something went wrong. */
  onQueued: (soon: boolean) => void;
}

export interface Decision {
  key: string;
  tool: string;
  verdict: 'block' | 'require_approval' | 'warn' | 'would_have';
  rule: string;
  mode: 'enforce' | 'monitor';
  /** What was done about it. */
  enforcement: 'blocked' | 'would_have' | 'allowed';
  severity?: string | undefined;
  matched: unknown[];
  explanation: string;
  degraded: boolean;
  argsHash: string | undefined;
  args: Captured | undefined;
}

export interface RunEnding {
  status: RunStatus;
  output?: Captured | undefined;
  error?: ErrorInfo | undefined;
}

/** The start of a run is its event 0, its first step the next. */
const FIRST_STEP_SEQ = 1;

/** Turns what happens in runs into events. Sequence numbers and keys are given at once, in the order of calls. */
export class Recorder {
  readonly #options: RecorderOptions;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Captures a value for a run, unless its organization keeps metadata only. */
  capture(run: Run, value: unknown, tool?: { tool: string; part: 'args' | 'result' }): Captured | undefined {
    if (value === undefined) return undefined;
    return isMetadataOnly(run) ? DISABLED : capture(value, tool);
  }

  /** Captures the messages of a model call, each once. */
  captureMessages(run: Run, messages: readonly unknown[]): Captured {
    return isMetadataOnly(run) ? DISABLED : captureMessages(messages, toScope(this.#options.known, run));
  }

  startRun(run: Run, details: { input?: unknown; fields?: Record<string, unknown> }): void {
    this.#options.metrics.activeRuns.set(run.id, run);
    const fields = {
      agent: run.agent.slug,
      version: run.agent.bundle?.version_id ?? undefined,
      parent: run.parent,
      trace: run.trace,
      name: run.name && toName(run.name),
      policy_bundle: run.agent.bundle?.bundle,
      sampled: run.uploads,
      ...details.fields,
    };
    this.#emit(run, 'run.start', fields, { payloads: { input: this.capture(run, details.input) } });
  }

  openStep(run: Run, opening: StepOpening): Step {
    const name = toName(opening.name);
    const key = nextStepKey(run.ordinals, opening.parentKey, opening.kind, name);
    const fields: StepFields = {
      key,
      kind: opening.kind,
      name,
      parent_key: opening.parentKey,
      attempt: opening.attempt ?? 1,
      args_hash: opening.argsHash,
      model: opening.model,
      side_effect: opening.sideEffect,
      idem: opening.idem,
      framework: opening.framework,
      provider: opening.provider,
    };
    const openingSeq = run.seq;
    const item = this.#emit(run, 'step.start', fields, { payloads: { in: opening.input } });
    const startedAt = item?.event?.at ?? nowMicros();
    const { kind, input } = opening;
    const rest = { reads: undefined, writes: undefined, violation: undefined, settle: undefined, isClosed: false };
    return { run, key, kind, name, startedAt, fields, input, opening: item, openingSeq, ...rest };
  }

  /** Ends a step. A start that is still queued is taken back and the end, which says all, takes its number. */
  closeStep(step: Step, closing: StepClosing): void {
    if (step.isClosed) return;
    step.isClosed = true;
    safely('settling a step', () => step.settle?.(closing));
    const { run, opening } = step;
    run.steps++;
    const replaced = opening && this.#options.queue.withdraw(opening) ? step.openingSeq : undefined;
    const at = nowMicros();
    const fields = toEndFields(step, closing, at);
    const urgent = closing.status === 'error' || closing.status === 'blocked';
    this.#emit(run, 'step.end', fields, {
      payloads: { in: step.input, out: closing.output },
      urgent,
      seq: replaced,
      at,
    });
  }

  /** Records a decision that is not a plain allow; its id is the violation's. What went against the run keeps it whole. */
  decide(run: Run, { args, argsHash, tool, degraded, ...decision }: Decision): string {
    const id = newId(nowMicros());
    const fields = {
      id,
      ...decision,
      tool: toName(tool),
      args_hash: argsHash,
      degraded: degraded || undefined,
      bundle: run.agent.bundle?.bundle,
    };
    this.#emit(run, 'decision', fields, { payloads: { args_view: args }, urgent: true });
    if (decision.enforcement !== 'allowed') run.violations++;
    if (decision.enforcement !== 'allowed' || decision.verdict === 'require_approval') this.upload(run);
    return id;
  }

  /** Records reasoning, checkpoints, notes and exceptions. */
  tell(
    run: Run,
    t: 'reason' | 'checkpoint' | 'note' | 'exception',
    fields: Record<string, unknown>,
    payloads?: Record<string, Captured | undefined>,
  ): void {
    this.#emit(run, t, fields, { ...(payloads && { payloads }), urgent: t === 'exception' });
  }

  endRun(run: Run, ending: RunEnding): void {
    if (run.status === 'ended') return;
    run.status = 'ended';
    const at = nowMicros();
    const slowUs = (run.agent.bundle?.p99_dur_ms ?? Number.POSITIVE_INFINITY) * 1_000;
    if (ending.status === 'error' || at - run.startedAt > slowUs) this.upload(run);
    if (!run.uploads) this.#discard(run);
    const { output, ...fields } = ending;
    this.#emit(
      run,
      'run.end',
      { ...fields, confidence: run.confidence, steps: run.steps },
      { payloads: { out: output }, urgent: true, at },
    );
    this.#options.metrics.activeRuns.delete(run.id);
  }

  #discard(run: Run): void {
    this.#emit(run, 'discard', {});
    this.#options.drops.sampled += takeHeld(run.held).length;
  }

  /** The server wants the payloads of a run that is not sampled. */
  keep(runId: string): void {
    const run = this.#options.metrics.activeRuns.get(runId);
    if (run) this.upload(run);
  }

  /** From now on the run's payloads are uploaded, and those held so far follow. */
  upload(run: Run): void {
    if (run.uploads) return;
    run.uploads = true;
    for (const line of takeHeld(run.held)) this.#options.queue.addLine(run, line);
    this.#options.onQueued(true);
  }

  #emit(
    run: Run,
    t: WireEvent['t'],
    fields: Record<string, unknown>,
    extra: { payloads?: WireEvent['payloads']; urgent?: boolean; seq?: number | undefined; at?: number } = {},
  ): Item | undefined {
    const seq = extra.seq ?? run.seq++;
    return safely('recording an event', () => {
      const event: WireEvent = { t, seq, at: extra.at ?? nowMicros(), fields };
      if (extra.payloads) event.payloads = extra.payloads;
      const item = this.#options.queue.add(run, event, extra.urgent ?? false);
      this.#options.onQueued(seq <= FIRST_STEP_SEQ || extra.urgent === true);
      return item;
    });
  }
}

/** Written out field by field: copying a step's fields by spread was the largest cost of a step. */
function toEndFields(
  { fields, startedAt, reads, writes }: Step,
  closing: StepClosing,
  at: number,
): Record<string, unknown> {
  return {
    key: fields.key,
    kind: fields.kind,
    name: fields.name,
    parent_key: fields.parent_key,
    attempt: fields.attempt,
    args_hash: fields.args_hash,
    model: fields.model,
    side_effect: fields.side_effect,
    idem: fields.idem,
    framework: fields.framework,
    provider: fields.provider,
    started_at: toInstant(startedAt),
    dur_us: Math.max(0, at - startedAt),
    status: closing.status,
    tokens: closing.tokens,
    response_id: closing.responseId,
    finish: closing.finish,
    ttft_us: closing.ttftUs,
    stream: closing.stream,
    error: closing.error,
    decision: closing.decision,
    data: reads || writes ? { read: [...(reads ?? [])], write: [...(writes ?? [])] } : undefined,
  };
}

const isMetadataOnly = (run: Run): boolean => run.agent.bundle?.capture === 'metadata';
