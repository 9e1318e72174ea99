import type { ReactNode } from 'react';
import { cx } from '../class-names.ts';

interface PageHeadProps {
  title: ReactNode;
  aside?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
}

/** A page's name, its state and its actions. */
export function PageHead({ title, aside, actions, children }: PageHeadProps) {
  return (
    <header className="grid gap-2.5 px-4 pt-4 pb-3 sm:px-6">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="min-w-0 truncate text-xl font-semibold tracking-[-0.01em]">{title}</h1>
        {aside}
        {actions && <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </header>
  );
}

/** A row of filters over a list; on a phone it scrolls sideways by itself. */
export function FilterBar({ children }: { children: ReactNode }) {
  return (
    <div className="-mx-4 flex items-center gap-2 overflow-x-auto px-4 py-0.5 [scrollbar-width:none] sm:mx-0 sm:flex-wrap sm:overflow-visible sm:px-0">
      {children}
    </div>
  );
}

interface SectionProps {
  title: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A titled part of a page. */
export function Section({ title, aside, children, className }: SectionProps) {
  return (
    <section className={cx('min-w-0', className)}>
      <div className="flex min-h-9 items-center gap-3">
        <h2 className="font-semibold">{title}</h2>
        {aside && <div className="ml-auto flex items-center gap-2 text-sm text-fg-3">{aside}</div>}
      </div>
      {children}
    </section>
  );
}

/** A surface with a hairline around it. */
export function Panel({ children, className }: { children: ReactNode; className?: string }) {
  return <div className={cx('min-w-0 overflow-clip rounded-lg border bg-surface', className)}>{children}</div>;
}

/** Pairs of name and value. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[minmax(6.5rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-fg-3">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
