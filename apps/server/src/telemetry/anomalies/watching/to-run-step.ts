import type { RunStep } from '../detectors/run.rules.ts';
import type { WatchedAgent } from './agents.store.ts';
import type { StepRecord } from './runs.store.ts';

/** A stored step as detectors take it, with what the manifest says of its tool and stores. */
export const toRunStep = (
  { kind, name, status, args, result, tokens, finish, reads, bytes }: StepRecord,
  { poll_tools, external_tools, sensitive_stores }: WatchedAgent,
): RunStep => ({
  ...{ kind, name, status, args, result, finish },
  tokensInput: tokens,
  sensitiveReads: (reads ?? []).filter((store) => sensitive_stores.includes(store)),
  sentBytes: external_tools.includes(name) ? bytes : 0,
  isPoll: poll_tools.includes(name),
});
