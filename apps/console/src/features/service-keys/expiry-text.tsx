import { useNow } from '#console/lib/browser/clock.ts';
import { formatExact } from '#console/lib/format/time.ts';

const DAY_MS = 86_400_000;
const SOON_DAYS = 7;

/** When a key ends by itself. */
export function ExpiryText({ at }: { at: string | null }) {
  const nowMs = useNow();
  if (at === null) return <span className="text-fg-3">never</span>;
  const atMs = Date.parse(at);
  const days = Math.ceil((atMs - nowMs) / DAY_MS);
  const text = days <= 0 ? 'expired' : days === 1 ? 'tomorrow' : `in ${days} days`;
  return (
    <time
      dateTime={at}
      title={formatExact(atMs)}
      className={days <= 0 ? 'text-bad' : days <= SOON_DAYS ? 'text-warn' : 'text-fg-2'}
    >
      {text}
    </time>
  );
}
