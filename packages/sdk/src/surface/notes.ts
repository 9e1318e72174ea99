import { createHash } from 'node:crypto';
import { signalOf } from '../channel/abort.ts';
import { activeClient } from '../client.ts';
import { assertTouchable } from '../enforcement/governed.ts';
import { currentPlace } from '../runs/context.ts';
import { ROOT_KEY, toName } from '../runs/keys.ts';

/** Records a block of reasoning of the current step. */
export function reason(text: string): void {
  const [client, place] = [activeClient(), currentPlace()];
  if (!client || !place) return;
  client.recorder.tell(
    place.run,
    'reason',
    { key: place.step?.key },
    { text: client.recorder.capture(place.run, text) },
  );
}

/** Records a named point of the run with its state. */
export function checkpoint(name: string, state?: unknown): void {
  const [client, place] = [activeClient(), currentPlace()];
  if (!client || !place) return;
  const fields = { name: toName(name), key: place.step?.key, kind: 'state' };
  client.recorder.tell(place.run, 'checkpoint', fields, { state: client.recorder.capture(place.run, state) });
}

export interface Note {
  level?: 'debug' | 'info' | 'warn' | 'error';
  message?: string;
  data?: Record<string, unknown>;
  /** How sure the agent is, 0 to 1. */
  confidence?: number;
}

/** Records a remark on the current run. Its confidence becomes the run's. */
export function note(remark: Note): void {
  const [client, place] = [activeClient(), currentPlace()];
  if (!client || !place) return;
  place.run.confidence = remark.confidence ?? place.run.confidence;
  client.recorder.tell(place.run, 'note', { ...remark, key: place.step?.key });
}

/** Evidence that the current tool touches a data store. Throws `Blocked` when the agent has not declared the store. */
export const data = {
  read: (store: string): void => touch(store, 'reads'),
  write: (store: string): void => touch(store, 'writes'),
};

function touch(store: string, side: 'reads' | 'writes'): void {
  const [client, step] = [activeClient(), currentPlace()?.step];
  if (!client || !step) return;
  step[side] ??= new Set();
  step[side].add(store);
  assertTouchable(client, step, {
    ...{ kind: 'store', name: store, args: { store, tool: step.name } },
    ...{ side: side === 'reads' ? 'read' : 'write', tool: step.name },
  });
}

/** Where the current code stands. */
export interface Current {
  runId: string;
  agent: string;
  stepKey: string | undefined;
  /** Fires when the run is ended from outside: pass it on to calls that can be cancelled. */
  readonly signal: AbortSignal;
  /** An idempotency key of this step: the same whenever the step is done again. */
  key: (...parts: string[]) => string;
}

/** The current run and step; undefined outside a run. */
export function current(): Current | undefined {
  const place = currentPlace();
  if (!place) return undefined;
  const { run, step } = place;
  return {
    runId: run.id,
    agent: run.agent.slug,
    stepKey: step?.key,
    get signal() {
      return signalOf(run);
    },
    key: (...parts) =>
      createHash('sha256')
        .update([run.rootId, step?.key ?? ROOT_KEY, ...parts].join('|'))
        .digest('hex'),
  };
}
