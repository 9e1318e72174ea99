import { useEffect, useState } from 'react';
import { useScroller } from '#console/ui/layout/scroll-area.tsx';
import { countNew, type HeldRows, holdBack } from './hold.ts';

const TOP_PX = 48;

interface HeldList<T> extends HeldRows<T> {
  isPaused: boolean;
  togglePause: () => void;
  /** Lets the waiting rows in and goes to the top. */
  release: () => void;
  /** Rows wait while the pointer is over the list, so that nothing moves under it. */
  pointer: { onPointerEnter: () => void; onPointerLeave: () => void };
}

/** New rows wait while the list is scrolled or pointed at; while paused, changes of known rows wait as well. */
export function useHeldRows<T extends { id: string }>(rows: readonly T[]): HeldList<T> {
  const scroller = useScroller();
  const isScrolled = useIsScrolled(scroller);
  const [isPointedAt, setPointedAt] = useState(false);
  const [frozen, setFrozen] = useState<readonly T[]>();
  const [anchorId, setAnchorId] = useState<string>();
  const isHolding = isScrolled || isPointedAt;
  const topId = rows[0]?.id;
  if (isHolding && anchorId === undefined && topId !== undefined) setAnchorId(topId);
  if (!isHolding && anchorId !== undefined) setAnchorId(undefined);

  const held = frozen
    ? { shown: frozen, waiting: countNew(rows, frozen) }
    : holdBack(rows, isHolding ? anchorId : undefined);
  return {
    ...held,
    isPaused: frozen !== undefined,
    togglePause: () => setFrozen(frozen ? undefined : held.shown),
    release: () => {
      setFrozen(undefined);
      setAnchorId(topId);
      scroller?.scrollTo({ top: 0 });
    },
    pointer: {
      onPointerEnter: () => setPointedAt(true),
      onPointerLeave: () => setPointedAt(false),
    },
  };
}

function useIsScrolled(scroller: HTMLElement | null): boolean {
  const [isScrolled, setScrolled] = useState(false);
  useEffect(() => {
    if (!scroller) return;
    const onScroll = () => setScrolled(scroller.scrollTop > TOP_PX);
    scroller.addEventListener('scroll', onScroll, { passive: true });
    return () => scroller.removeEventListener('scroll', onScroll);
  }, [scroller]);
  return isScrolled;
}
