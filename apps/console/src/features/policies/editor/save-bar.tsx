import type { ReactNode } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { useIsPhone } from '#console/lib/browser/media.ts';
import { Button } from '#console/ui/control/button.tsx';

interface SaveBarProps {
  error: Error | null;
  isChanged: boolean;
  onDiscard: () => void;
  /** The way to save it. */
  children?: ReactNode;
}

/** Over the editor: whether something is unsaved, and why it was not saved. */
export function SaveBar({ error, isChanged, onDiscard, children }: SaveBarProps) {
  const isPhone = useIsPhone();
  if (!isChanged && !isPhone && !error) return <hr className="border-t" />;
  return (
    <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-y bg-bg px-4 py-1.5 sm:px-6">
      {isPhone && <p className="text-sm text-fg-3">Texts are written on a wider screen.</p>}
      {isChanged && <p className="text-sm text-fg-2">Not saved; kept in this browser.</p>}
      {error && (
        <p role="alert" className="min-w-0 break-words text-bad">
          {toFailure(error).message}
        </p>
      )}
      <span className="ml-auto flex flex-wrap items-center gap-2">
        {isChanged && (
          <Button tone="ghost" onClick={onDiscard}>
            Discard
          </Button>
        )}
        {children}
      </span>
    </div>
  );
}
