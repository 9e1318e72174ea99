import { type FormEvent, type ReactNode, useId } from 'react';
import { Button } from '../control/button.tsx';
import { Dialog } from './dialog.tsx';

interface FormDialogProps {
  title: string;
  width?: 'narrow' | 'wide';
  /** The verb on the button that sends. */
  action?: string;
  isBusy: boolean;
  error?: string | undefined;
  onSubmit: () => void;
  onClose: () => void;
  /** What else can be done with the thing, such as deleting it; stands apart. */
  aside?: ReactNode;
  children: ReactNode;
}

/** Asks for the fields of one thing, and sends them. */
export function FormDialog(props: FormDialogProps) {
  const { title, width = 'narrow', action = 'Save', isBusy, error, onSubmit, onClose, aside, children } = props;
  const formId = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog
      title={title}
      width={width}
      onClose={onClose}
      footer={
        <>
          {aside && <span className="mr-auto">{aside}</span>}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={isBusy}>
            {action}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        {children}
        {error && (
          <p role="alert" className="text-bad">
            {error}
          </p>
        )}
      </form>
    </Dialog>
  );
}
