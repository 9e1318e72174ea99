import { useEffect, useRef } from 'react';
import { formatCount } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import type { MoreDone } from './use-more-done.ts';

/** The end of the done column: what is older comes when it is scrolled into sight. */
export function MoreDoneFoot({ more }: { more: MoreDone }) {
  const ref = useRef<HTMLDivElement>(null);
  const latest = useRef(more.load);
  useEffect(() => {
    latest.current = more.load;
  });
  const { hasMore, error, isLoading, left } = more;
  const isWaiting = hasMore && error === undefined && !isLoading;
  useEffect(() => {
    const foot = ref.current;
    if (!foot || !isWaiting) return;
    const observer = new IntersectionObserver(([seen]) => seen?.isIntersecting && latest.current());
    observer.observe(foot);
    return () => observer.disconnect();
  }, [isWaiting]);
  if (!hasMore) return null;
  return (
    <div ref={ref} className="grid justify-items-center gap-1 px-1 py-3 text-sm text-fg-3">
      {error !== undefined && <p className="text-bad">{error}</p>}
      <Button tone="ghost" isBusy={isLoading} onClick={more.load}>
        {isLoading ? 'Looking further back…' : `${formatCount(left)} older`}
      </Button>
    </div>
  );
}
