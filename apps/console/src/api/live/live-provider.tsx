import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { toWords } from '#console/lib/format/numbers.ts';
import type { Approval, Violation } from '../contract.ts';
import { isAdminRole, membershipQuery } from '../queries/session.ts';
import { createLiveCache, LIVE_EVENTS } from './live.ts';
import { openStream, type StreamState } from './stream/stream.ts';

type Stream = ReturnType<typeof openStream>;

/** The tab's stream; null before there is one. */
export const StreamContext = createContext<Stream | null>(null);

/** Holds the tab's one stream open while it is mounted, and says new violations and approvals to those who do not see them. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [stream, setStream] = useState<Stream | null>(null);
  const [news, setNews] = useState('');
  const membership = useQuery(membershipQuery).data;
  const organizationId = membership?.organization_id;
  const isAdmin = isAdminRole(membership?.role);
  useEffect(() => {
    if (organizationId === undefined) return;
    const cache = createLiveCache(queryClient, (violation) => setNews(toNews(violation)));
    const onEvent = (event: string, data: unknown) => {
      cache.apply(event, data);
      const asked = toAskedAction(data);
      if (asked !== undefined) setNews(`Approval asked for: ${toWords(asked)}`);
    };
    const opened = openStream({ isAdmin, events: LIVE_EVENTS, onEvent, onGap: cache.resync });
    setStream(opened);
    return () => opened.stop();
  }, [queryClient, organizationId, isAdmin]);
  return (
    <StreamContext value={stream}>
      {children}
      <p aria-live="polite" className="sr-only">
        {news}
      </p>
    </StreamContext>
  );
}

const NOTHING_YET: StreamState = { phase: 'connecting', sinceMs: 0, lastEventAtMs: undefined };
/** Short, because it is spoken in the middle of other work. */
const toNews = ({ agent_name, code }: Violation) => `Violation by ${agent_name}: ${toWords(code)}`;

/** The action of an approval that was just asked for. */
function toAskedAction(data: unknown): string | undefined {
  const { type, approval } = (data ?? {}) as { type?: string; approval?: Partial<Approval> }; // a message of the stream
  return type === 'approval.created' ? approval?.action_type : undefined;
}

const stayQuiet = () => undefined;
const never = () => stayQuiet;

/** The state of the stream, for the live mark. */
export function useStreamState(): StreamState {
  const stream = useContext(StreamContext);
  return useSyncExternalStore(stream?.subscribe ?? never, stream?.getState ?? (() => NOTHING_YET));
}
