import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../control/button.tsx';
import { Field, TextArea } from '../control/field.tsx';

interface DecideFormProps {
  /** One's own request can only be withdrawn. */
  isOwn: boolean;
  isBusy: boolean;
  onDecide: (decision: { status: 'approved' | 'rejected'; comment: string | null }) => void;
}

/** Yes or no, with a word of why; large enough for a thumb. */
export function DecideForm({ isOwn, isBusy, onDecide }: DecideFormProps) {
  const [comment, setComment] = useState('');
  const decide = (status: 'approved' | 'rejected') => () => onDecide({ status, comment: comment.trim() || null });
  return (
    <div className="grid gap-3">
      <Field label="Comment" hint="Kept with the decision; may be empty.">
        {(ids) => (
          <TextArea {...ids} maxLength={4000} value={comment} onChange={(event) => setComment(event.target.value)} />
        )}
      </Field>
      {isOwn && <p className="text-fg-2">You asked for this yourself, so you can only withdraw it.</p>}
      <div className="grid grid-cols-2 gap-2 sm:flex">
        {!isOwn && (
          <Button tone="primary" icon={Check} isBusy={isBusy} onClick={decide('approved')} className="max-sm:h-11">
            Approve
          </Button>
        )}
        <Button tone="danger" icon={X} isBusy={isBusy} onClick={decide('rejected')} className="max-sm:h-11">
          {isOwn ? 'Withdraw' : 'Reject'}
        </Button>
      </div>
    </div>
  );
}
