import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useKeys } from '#console/lib/browser/keyboard.ts';
import { IconButton } from '../control/button.tsx';

interface SelectionBarProps {
  /** How many of what are chosen. */
  children: ReactNode;
  actions: ReactNode;
  onClear: () => void;
}

/** Floats over a list while some of it is chosen: how many, and what one may do with them. */
export function SelectionBar({ children, actions, onClear }: SelectionBarProps) {
  useKeys({ Escape: onClear });
  return (
    <section
      aria-label="Chosen"
      className="fixed inset-x-4 bottom-18 z-30 mx-auto flex w-fit max-w-[calc(100vw-2rem)] animate-appear flex-wrap items-center gap-2 rounded-lg bg-surface py-2 pr-2 pl-4 shadow-overlay sm:bottom-6"
    >
      <p aria-live="polite" className="mr-2 min-w-0 truncate font-medium">
        {children}
      </p>
      {actions}
      <IconButton label="Choose none (Esc)" icon={X} onClick={onClear} />
    </section>
  );
}
