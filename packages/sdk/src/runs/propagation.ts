import { newHex } from '../ids.ts';
import type { Place } from './context.ts';
import { ROOT_KEY } from './keys.ts';
import { type RemoteParent, toSpanId } from './run.ts';

type Headers = Record<string, string | string[] | undefined>;

/** Headers that carry the current place to a remote agent: W3C `traceparent` and `baggage`. */
export function toHeaders({ run, step }: Place): { traceparent: string; baggage: string } {
  const span = step ? toSpanId(run.id, step.key) : newHex(8);
  const members = {
    'mc.parent_run': run.id,
    'mc.parent_step': step?.key ?? ROOT_KEY,
    'mc.root_run': run.rootId,
    'mc.sampled': run.uploads ? '1' : '0',
  };
  const baggage = Object.entries(members).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return { traceparent: `00-${run.trace}-${span}-01`, baggage: baggage.join(',') };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Reads the headers of an incoming call. Undefined when they name no run of ours. */
export function parseHeaders(headers: Headers): RemoteParent | undefined {
  const members = String(headers.baggage ?? '').split(',');
  const baggage = new Map(members.map((member) => [member.split('=')[0]?.trim(), member.split('=')[1]]));
  const read = (key: string): string => decode(baggage.get(key) ?? '');
  const [run, root] = [read('mc.parent_run'), read('mc.root_run')];
  const trace = /^00-([0-9a-f]{32})-/.exec(String(headers.traceparent ?? ''))?.[1];
  if (!UUID.test(run) || !UUID.test(root)) return undefined;
  const step = read('mc.parent_step');
  return {
    run,
    root,
    trace: trace ?? root.replaceAll('-', ''),
    step: step || undefined,
    sampled: read('mc.sampled') !== '0',
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A member that is not percent-encoded is not ours.
    return '';
  }
}
