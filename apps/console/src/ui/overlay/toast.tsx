import { X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Mark, type StateLook } from '../state/mark.tsx';

interface Toast {
  id: number;
  look: StateLook;
  text: string;
}

const SHOWN_MS = 6_000;
const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let nextId = 1;

function setToasts(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

const dismiss = (id: number) => setToasts(toasts.filter((toast) => toast.id !== id));

function show(look: StateLook, text: string): void {
  const id = nextId++;
  setToasts([...toasts.slice(-3), { id, look, text }]);
  setTimeout(() => dismiss(id), SHOWN_MS);
}

/** Says briefly that something was done, or why it was not. */
export const toast = {
  done: (text: string) => show({ tone: 'ok', shape: 'dot', word: 'Done' }, text),
  failed: (text: string) => show({ tone: 'bad', shape: 'diamond', word: 'Failed' }, text),
};

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where notices appear; one per page. */
export function Toaster() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <ul
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-18 z-50 grid w-[min(24rem,calc(100vw-2rem))] gap-2 sm:bottom-4"
    >
      {shown.map(({ id, look, text }) => (
        <li
          key={id}
          className="pointer-events-auto flex animate-appear items-start gap-2.5 rounded-lg bg-surface py-2.5 pr-2 pl-3.5 shadow-overlay"
        >
          <Mark look={look} label={look.word} className="mt-[5px]" />
          <span className="min-w-0 flex-1 break-words">{text}</span>
          <button
            type="button"
            aria-label="Dismiss"
            onClick={() => dismiss(id)}
            className="rounded p-0.5 text-fg-3 hover:text-fg"
          >
            <X aria-hidden size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
