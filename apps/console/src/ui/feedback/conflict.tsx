import { useEffect, useRef } from 'react';
import { Button } from '../control/button.tsx';
import { ForeignText } from '../data/foreign-text.tsx';

interface ConflictProps {
  /** Field, what the other person saved, what stands in the form. */
  differences: readonly { field: string; theirs: string; mine: string }[];
  isBusy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Someone else saved first: both versions side by side, and a choice. */
export function Conflict({ differences, isBusy, onKeepMine, onTakeTheirs }: ConflictProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    ref.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={ref} role="alert" className="grid gap-2 rounded border border-warn bg-warn-soft px-3 py-2.5">
      <p className="font-medium">Someone else saved this meanwhile. Nothing of yours is saved yet.</p>
      {differences.length === 0 && <p>Their change is in other fields than yours.</p>}
      {differences.map(({ field, theirs, mine }) => (
        <dl key={field} className="grid grid-cols-[4rem_minmax(0,1fr)] gap-x-3">
          <dt className="col-span-2 font-medium">{field}</dt>
          <dt className="text-fg-2">Theirs</dt>
          <dd className="break-words">
            <ForeignText text={theirs || '(empty)'} />
          </dd>
          <dt className="text-fg-2">Yours</dt>
          <dd className="break-words">
            <ForeignText text={mine || '(empty)'} />
          </dd>
        </dl>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button isBusy={isBusy} onClick={onKeepMine}>
          Save mine
        </Button>
        <Button onClick={onTakeTheirs}>Take theirs</Button>
      </div>
    </div>
  );
}
