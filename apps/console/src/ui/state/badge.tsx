import type { ReactNode } from 'react';
import { cx } from '../class-names.ts';

/** A short neutral label: a kind, a tier, a caveat beside a number. */
export function Badge({
  children,
  title,
  tone = 'plain',
}: {
  children: ReactNode;
  title?: string;
  tone?: 'plain' | 'warn' | 'bad';
}) {
  return (
    <span
      title={title}
      className={cx(
        'inline-flex h-[18px] shrink-0 items-center rounded-sm px-1.5 text-xs font-medium whitespace-nowrap',
        tone === 'plain' && 'bg-sunken text-fg-2',
        tone === 'warn' && 'bg-warn-soft text-warn',
        tone === 'bad' && 'bg-bad-soft text-bad',
      )}
    >
      {children}
    </span>
  );
}
