import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { useKeys } from '#console/lib/browser/keyboard.ts';
import { Button } from '../../control/button.tsx';
import { Field, TextArea } from '../../control/field.tsx';
import { type Department, DepartmentField } from './department-field.tsx';

interface DecideFormProps {
  /** One's own request can only be withdrawn. */
  isOwn: boolean;
  /** Whose word is open, those first that the caller speaks for; empty where the board itself decides. */
  departments: readonly Department[];
  /** Whether `a` and `r` decide, where the approval is all that one looks at. */
  hasKeys?: boolean;
  isBusy: boolean;
  onDecide: (decision: {
    status: 'approved' | 'rejected';
    comment: string | null;
    board_group_id: string | null;
  }) => void;
}

/** Yes or no, with a word of why; large enough for a thumb. */
export function DecideForm({ isOwn, departments, hasKeys = false, isBusy, onDecide }: DecideFormProps) {
  const [comment, setComment] = useState('');
  const [chosen, setChosen] = useState<string>();
  const department = departments.find(({ id }) => id === chosen) ?? departments[0];
  const decide = (status: 'approved' | 'rejected') => () => {
    const isSpeaker = departments.length > 1 && !isOwn;
    if (!isBusy)
      onDecide({ status, comment: comment.trim() || null, board_group_id: (isSpeaker && department?.id) || null });
  };
  useKeys(hasKeys ? { ...(!isOwn && { a: decide('approved') }), r: decide('rejected') } : {});
  return (
    <div className="grid gap-3">
      <Field label="Comment" hint="Kept with the decision; may be empty.">
        {(ids) => (
          <TextArea {...ids} maxLength={4000} value={comment} onChange={(event) => setComment(event.target.value)} />
        )}
      </Field>
      {isOwn && <p className="text-fg-2">You asked for this yourself, so you can only withdraw it.</p>}
      {!isOwn && <DepartmentField departments={departments} value={department?.id ?? ''} onChange={setChosen} />}
      <div className="grid grid-cols-2 gap-2 sm:flex">
        {!isOwn && (
          <Button
            tone="primary"
            icon={Check}
            isBusy={isBusy}
            onClick={decide('approved')}
            title={hasKeys ? 'a' : undefined}
            className="max-sm:h-11"
          >
            Approve
          </Button>
        )}
        <Button
          tone="danger"
          icon={X}
          isBusy={isBusy}
          onClick={decide('rejected')}
          title={hasKeys ? 'r' : undefined}
          className="max-sm:h-11"
        >
          {isOwn ? 'Withdraw' : 'Reject'}
        </Button>
      </div>
    </div>
  );
}
