import type { TaskCard } from '#console/api/contract.ts';
import { toSentence } from '#console/api/problem.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { statusWords } from '../moves/gates.ts';
import { type BulkResults, isAsAsked } from './use-bulk-edit.ts';

interface BulkOutcomeProps {
  results: BulkResults;
  tasks: readonly TaskCard[];
  onClose: () => void;
}

/** Which of several tasks did not become what was asked for, and why. */
export function BulkOutcome({ results, tasks, onClose }: BulkOutcomeProps) {
  const others = results.filter((result) => !isAsAsked(result));
  const titles = new Map(tasks.map(({ id, title }) => [id, title]));
  return (
    <Dialog title="Not all of them changed" onClose={onClose} footer={<Button onClick={onClose}>Close</Button>}>
      <div role="alert" className="grid gap-3">
        <p>
          {plural(results.length - others.length, 'task')} changed, {others.length} not as asked:
        </p>
        <ul className="grid gap-2">
          {others.map((result) => (
            <li key={result.task_id} className="rounded border px-3 py-2">
              <p className="break-words">
                <ForeignText text={titles.get(result.task_id) ?? result.task_id} />
              </p>
              <p className="text-bad">{toReason(result)}</p>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}

function toReason({ task, error }: BulkResults[number]): string {
  if (task) return `It is blocked by a task that is not done, so it went to ${statusWords[task.status]}.`;
  return toSentence(error?.detail) ?? error?.code ?? 'Not changed.';
}
