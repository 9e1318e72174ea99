import { createContext, type ReactNode, useContext, useState } from 'react';

const ScrollerContext = createContext<HTMLElement | null>(null);

/** The element that scrolls around the caller; null until it is mounted. */
export const useScroller = () => useContext(ScrollerContext);

/** The page's scrolling region, which lists inside it need to know. */
export function ScrollArea({ children, className }: { children: ReactNode; className?: string }) {
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  return (
    <main id="content" ref={setScroller} tabIndex={-1} className={className}>
      <ScrollerContext value={scroller}>{children}</ScrollerContext>
    </main>
  );
}
