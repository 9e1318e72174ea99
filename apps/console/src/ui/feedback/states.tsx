import { RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../class-names.ts';
import { Button } from '../control/button.tsx';
import { CopyButton } from '../data/copy.tsx';
import { Mark } from '../state/mark.tsx';

interface EmptyProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** What would be here, and the next step that brings it. */
export function Empty({ title, children, action }: EmptyProps) {
  return (
    <div className="mx-auto grid max-w-xl justify-items-center gap-2 px-4 py-14 text-center">
      <h2 className="text-lg font-semibold">{title}</h2>
      {children && <div className="grid w-full justify-items-center gap-3 text-fg-2">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/** What a failed request tells: the server's words, its code and the id to look it up by. */
export interface Failure {
  message: string;
  code?: string | undefined;
  requestId?: string | undefined;
}

interface FailedProps {
  what: string;
  failure: Failure;
  onRetry?: (() => void) | undefined;
  isCompact?: boolean;
}

/** What failed, why as far as known, and what to do. */
export function Failed({ what, failure, onRetry, isCompact = false }: FailedProps) {
  return (
    <div role="alert" className={cx('grid gap-2', isCompact ? 'p-4' : 'mx-auto max-w-xl px-4 py-14')}>
      <p className="flex items-center gap-2 font-semibold">
        <Mark look={{ tone: 'bad', shape: 'diamond', word: 'Failed' }} />
        {what}
      </p>
      <p className="break-words text-fg-2">{failure.message}</p>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-fg-3">
        {failure.code && <code className="font-mono">{failure.code}</code>}
        {failure.requestId && (
          <span className="inline-flex items-center gap-1">
            Request <code className="font-mono">{failure.requestId}</code>
            <CopyButton text={failure.requestId} label="Copy request id" />
          </span>
        )}
      </div>
      {onRetry && (
        <div className="mt-1">
          <Button icon={RotateCw} onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

/** A grey bar of the size of what is coming. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block animate-skeleton rounded-sm bg-sunken', className)} />;
}

/** Rows of a list that is loading. */
export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are equal and never reordered
        <div key={row} className="flex h-8 items-center gap-6 border-b px-3">
          <Skeleton className="h-2.5 w-40" />
          <Skeleton className="h-2.5 w-24" />
          <Skeleton className="ml-auto h-2.5 w-16" />
          <Skeleton className="hidden h-2.5 w-12 sm:block" />
        </div>
      ))}
    </div>
  );
}
