import { decision } from './decision-events.ts';
import type { EventKind } from './draft.ts';
import { checkpoint, discard, entropy, exception, note, reason } from './note-events.ts';
import { runEnd, runStart } from './run-bounds.ts';
import { stepEnd, stepStart } from './step-events.ts';

/** Every type of event that belongs to a run. Others are ignored: a newer SDK may know more. */
export const EVENT_KINDS: ReadonlyMap<unknown, EventKind<unknown>> = new Map([
  ['run.start', runStart],
  ['step.start', stepStart],
  ['step.end', stepEnd],
  ['decision', decision],
  ['reason', reason],
  ['checkpoint', checkpoint],
  ['entropy', entropy],
  ['exception', exception],
  ['note', note],
  ['run.end', runEnd],
  ['discard', discard],
]);
