import { type ReactNode, useState } from 'react';

/** A live value that tints once when it changes, not when it first appears. */
export function Tinted({ value, children }: { value: string | number | null; children: ReactNode }) {
  const [first] = useState(value);
  return (
    <span key={String(value)} className={value === first ? undefined : 'animate-tint rounded-sm'}>
      {children}
    </span>
  );
}
