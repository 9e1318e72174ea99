import { type ReactNode, useState } from 'react';
import { Button } from '../control/button.tsx';
import { Field, TextInput } from '../control/field.tsx';
import { Dialog } from './dialog.tsx';

interface ConfirmDialogProps {
  title: string;
  /** The verb on the button: "Delete the board". */
  action: string;
  /** What will happen, with counts. */
  children: ReactNode;
  /** Must be typed first, for what cannot be brought back. */
  typed?: string | undefined;
  isBusy: boolean;
  error?: string | undefined;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something is destroyed, naming it and what goes with it. */
export function ConfirmDialog({
  title,
  action,
  children,
  typed,
  isBusy,
  error,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const [text, setText] = useState('');
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="danger"
            isBusy={isBusy}
            disabled={typed !== undefined && text.trim() !== typed}
            onClick={onConfirm}
          >
            {action}
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {children}
        {typed !== undefined && (
          <Field label={`Type ${typed} to go on`}>
            {(ids) => (
              <TextInput {...ids} data-autofocus value={text} onChange={(event) => setText(event.target.value)} />
            )}
          </Field>
        )}
        {error && (
          <p role="alert" className="text-bad">
            {error}
          </p>
        )}
      </div>
    </Dialog>
  );
}
