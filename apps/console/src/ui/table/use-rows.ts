import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import { useScroller } from '../layout/scroll-area.tsx';

const ROW_PX = 33;
const CARD_PX = 92;
const OVERSCAN = 12;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 20;

interface RowsInput {
  body: RefObject<HTMLElement | null>;
  count: number;
  keyOf: (index: number) => string;
  isPhone: boolean;
  onEnd: (() => void) | undefined;
}

/** Which rows of a list are in sight; `offset` is what stands above the list in the scrolling region. */
export function useRows({ body, count, keyOf, isPhone, onEnd }: RowsInput) {
  const scroller = useScroller();
  const offset = useOffset(body, scroller);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller,
    estimateSize: () => (isPhone ? CARD_PX : ROW_PX),
    getItemKey: keyOf,
    overscan: OVERSCAN,
    scrollMargin: offset,
    scrollPaddingStart: ROW_PX,
  });
  const lastIndex = virtualizer.getVirtualItems().at(-1)?.index ?? 0;
  const isAtEnd = count > 0 && lastIndex >= count - AHEAD;
  useEffect(() => {
    if (isAtEnd) onEnd?.();
  }, [isAtEnd, onEnd]);
  return { virtualizer, offset };
}

function useOffset(body: RefObject<HTMLElement | null>, scroller: HTMLElement | null): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const element = body.current;
    if (!element || !scroller) return;
    const measure = () =>
      setOffset(element.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scroller);
    for (const child of scroller.children) observer.observe(child);
    return () => observer.disconnect();
  }, [body, scroller]);
  return offset;
}
