import type { SelectHTMLAttributes } from 'react';
import { cx } from '../class-names.ts';

/** One of a few values, by the browser's own menu. */
export function Select({ className, ...rest }: SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <select
      className={cx(
        'touch h-8 w-full rounded border border-line-strong bg-surface px-2 text-fg aria-invalid:border-bad pointer-coarse:text-[1rem]',
        className,
      )}
      {...rest}
    />
  );
}
