import type { Shadow } from '#console/api/contract.ts';
import { MarkedWord, type StateLook } from '#console/ui/state/mark.tsx';
import { toReasonsText } from './shadow-text.ts';

const ready: StateLook = { tone: 'ok', shape: 'dot', word: 'Ready to enforce' };
const notYet: StateLook = { tone: 'warn', shape: 'half', word: 'Not ready to enforce' };

/** Whether its rules in monitor may be enforced, and what speaks against it. */
export function Readiness({ shadow }: { shadow: Shadow }) {
  const { readiness, mode } = shadow;
  if (mode === 'enforce' && readiness.reasons.includes('nothing_in_monitor')) {
    return <p className="text-fg-2">All of its rules are enforced: nothing is left to watch.</p>;
  }
  return (
    <p className="flex flex-wrap items-center gap-x-3">
      <MarkedWord look={readiness.ready ? ready : notYet} className="font-medium" />
      <span className="text-fg-2">{toReasonsText(shadow)}</span>
    </p>
  );
}
