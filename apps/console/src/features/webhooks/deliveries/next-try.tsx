import { useNow } from '#console/lib/browser/clock.ts';
import { formatLeft } from '#console/lib/format/left.ts';
import { formatExact } from '#console/lib/format/time.ts';

/** When it is tried again by itself. */
export function NextTry({ at }: { at: string }) {
  const atMs = Date.parse(at);
  const left = formatLeft(atMs, useNow());
  return <span title={formatExact(atMs)}>, {left === undefined ? 'next try now' : `next try in ${left}`}</span>;
}
