import type { ReactNode } from 'react';
import { cx } from '../class-names.ts';

/** The bar under a page's head that holds its tabs; on a phone it scrolls sideways by itself. */
export function TabBar({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className="shrink-0 overflow-x-auto border-b px-2 [scrollbar-width:none] sm:px-4">
      <div className="flex gap-1">{children}</div>
    </nav>
  );
}

/** Classes of one tab; the link itself is the router's. */
export const tabClass = cx(
  'touch relative flex h-9 shrink-0 items-center gap-1.5 rounded-t px-2.5 whitespace-nowrap text-fg-2 hover:text-fg',
  'data-[status=active]:font-medium data-[status=active]:text-fg',
  'after:absolute after:inset-x-2 after:bottom-0 after:h-0.5 after:rounded-full data-[status=active]:after:bg-accent',
);
