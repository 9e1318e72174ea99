import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { cx } from '../class-names.ts';
import { IconButton } from '../control/button.tsx';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  width?: 'narrow' | 'wide';
}

/** A modal question. The browser's own dialog traps the focus, answers Escape and gives the focus back. */
export function Dialog({ title, onClose, children, footer, width = 'narrow' }: DialogProps) {
  const ref = useModal(onClose);
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      className={cx(
        'm-auto w-[calc(100vw-2rem)] animate-appear overflow-hidden rounded-lg bg-surface p-0 shadow-overlay',
        width === 'narrow' ? 'max-w-md' : 'max-w-2xl',
      )}
    >
      <header className="flex h-12 items-center justify-between border-b pr-2 pl-5">
        <h2 id={titleId} className="text-lg font-semibold">
          {title}
        </h2>
        <IconButton label="Close" icon={X} onClick={onClose} />
      </header>
      <div className="max-h-[calc(100dvh-12rem)] overflow-y-auto px-5 py-4">{children}</div>
      {footer && <footer className="flex flex-wrap justify-end gap-2 border-t bg-bg px-5 py-3">{footer}</footer>}
    </dialog>
  );
}

/** Opens a dialog element as modal while mounted, with the focus on `data-autofocus`; a click outside or Escape asks to close. */
export function useModal(onClose: () => void) {
  const ref = useRef<HTMLDialogElement>(null);
  const latest = useRef(onClose);
  useEffect(() => {
    latest.current = onClose;
  });
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    const onCancel = (event: Event) => {
      event.preventDefault();
      latest.current();
    };
    const onPointerDown = (event: PointerEvent) => event.target === dialog && latest.current();
    dialog.addEventListener('cancel', onCancel);
    dialog.addEventListener('pointerdown', onPointerDown);
    dialog.showModal();
    dialog.querySelector<HTMLElement>('[data-autofocus]')?.focus();
    return () => {
      dialog.removeEventListener('cancel', onCancel);
      dialog.removeEventListener('pointerdown', onPointerDown);
      dialog.close();
    };
  }, []);
  return ref;
}
