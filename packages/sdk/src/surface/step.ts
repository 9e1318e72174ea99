import { activeClient } from '../client.ts';
import { currentPlace } from '../runs/context.ts';
import { ROOT_KEY } from '../runs/keys.ts';
import { runTraced, toOutput } from '../runs/traced.ts';
import type { StepKind } from '../wire.ts';

export interface StepOptions {
  /** Default `other`. */
  kind?: StepKind;
  input?: unknown;
}

/** Records work as a step of the current run. Outside a run it only runs. */
export async function step<T>(name: string, work: () => T, options: StepOptions = {}): Promise<Awaited<T>> {
  const client = activeClient();
  const place = currentPlace();
  if (!client || !place) return await work();
  const opened = client.recorder.openStep(place.run, {
    kind: options.kind ?? 'other',
    name,
    parentKey: place.step?.key ?? ROOT_KEY,
    input: client.recorder.capture(place.run, options.input),
  });
  return runTraced(client, opened, { work, after: (result) => toOutput(client, opened, result) });
}
