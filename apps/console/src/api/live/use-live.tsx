import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { createLiveCache, LIVE_EVENTS } from './live.ts';
import { createStream, type StreamState } from './stream.ts';

const BASE_TOPICS = ['agents', 'health', 'runs', 'violations'];

interface Live {
  getState: () => StreamState;
  subscribe: (listener: () => void) => () => void;
  /** Adds a topic until the returned function is called. */
  follow: (topic: string) => () => void;
  stop: () => void;
}

const LiveContext = createContext<Live | null>(null);

/** Holds the tab's one stream open while it is mounted. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [live, setLive] = useState<Live | null>(null);
  useEffect(() => {
    const cache = createLiveCache(queryClient);
    const stream = createStream({ events: LIVE_EVENTS, onEvent: cache.apply, onGap: cache.resync });
    const topics = countTopics(stream.setTopics);
    setLive({ ...stream, follow: topics.follow });
    return () => stream.stop();
  }, [queryClient]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

function countTopics(setTopics: (topics: string) => void) {
  const followed: string[] = [];
  const publish = () => setTopics([...BASE_TOPICS, ...new Set(followed)].join(','));
  publish();
  return {
    follow(topic: string): () => void {
      followed.push(topic);
      publish();
      return () => {
        followed.splice(followed.indexOf(topic), 1);
        publish();
      };
    },
  };
}

const NOTHING_YET: StreamState = { phase: 'connecting', sinceMs: 0, lastEventAtMs: undefined };
const never = () => () => {};

/** The state of the stream, for the live mark. */
export function useStreamState(): StreamState {
  const live = useContext(LiveContext);
  return useSyncExternalStore(live?.subscribe ?? never, live?.getState ?? (() => NOTHING_YET));
}

/** Follows one more topic while mounted, such as `run:<id>`. */
export function useLiveTopic(topic: string): void {
  const live = useContext(LiveContext);
  useEffect(() => live?.follow(topic), [live, topic]);
}
