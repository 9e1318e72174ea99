import { createFollowers, type Follower } from './followers.ts';

/** How the live stream is doing. `paused`: closed on purpose, because nobody has looked at the tab for a while. */
export type StreamPhase = 'connecting' | 'live' | 'reconnecting' | 'paused' | 'revoked';

export interface StreamState {
  phase: StreamPhase;
  /** When the phase began. */
  sinceMs: number;
  /** When the last event came; undefined before the first. */
  lastEventAtMs: number | undefined;
}

/** What the owner of the stream is told. */
export interface StreamListener {
  /** Whether the caller is an admin, who also follows the fleet. */
  isAdmin: boolean;
  events: readonly string[];
  onEvent: (event: string, data: unknown) => void;
  /** Events may have been missed: everything shown must be asked for again. */
  onGap: () => void;
}

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
const HIDDEN_LIMIT_MS = 5 * 60_000;
const WORK_TOPICS = ['tasks', 'comments', 'approvals', 'memory', 'group_memory', 'agents', 'activity', 'jobs'];
/** What only admins may follow. */
const FLEET_TOPICS = ['anomalies', 'breakers', 'health', 'kills', 'policies', 'runs', 'violations'];

const toUrl = (topics: readonly string[]) => `/api/v1/stream?topics=${encodeURIComponent(topics.join(','))}`;

const topicsFor = ({ isAdmin }: StreamListener) => (isAdmin ? [...WORK_TOPICS, ...FLEET_TOPICS] : WORK_TOPICS);

/** It was closed on purpose, and opens again when somebody looks, or never. */
const CLOSED: readonly StreamPhase[] = ['paused', 'revoked'];

/** Tries again later and later. */
function createRetry(run: () => void) {
  let waitMs = FIRST_RETRY_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    later(): void {
      timer = setTimeout(run, waitMs);
      waitMs = Math.min(waitMs * 2, MAX_RETRY_MS);
    },
    reset(): void {
      waitMs = FIRST_RETRY_MS;
    },
    cancel: () => clearTimeout(timer),
  };
}

function createState() {
  const subscribers = new Set<() => void>();
  let state: StreamState = { phase: 'connecting', sinceMs: Date.now(), lastEventAtMs: undefined };
  return {
    getState: () => state,
    setState(change: Partial<StreamState>): void {
      const isNewPhase = change.phase !== undefined && change.phase !== state.phase;
      state = { ...state, ...change, ...(isNewPhase && { sinceMs: Date.now() }) };
      for (const subscriber of subscribers) subscriber();
    },
    subscribe(subscriber: () => void): () => void {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
  };
}

/** The one event stream of a tab; open until it is stopped. */
export function openStream(listener: StreamListener) {
  const { subscribe, getState, setState } = createState();
  const followers = createFollowers();
  let source: EventSource | undefined;
  let isStopped = false;
  const retry = createRetry(() => open());

  function open(): void {
    const next = new EventSource(toUrl([...topicsFor(listener), ...followers.topics()]));
    let isResumed = false;
    source = next;
    next.onopen = () => {
      retry.reset();
      if (!isResumed) listener.onGap(); // what was answered before the stream began may be older than its first event
      isResumed = true;
      setState({ phase: 'live' });
    };
    next.onerror = () => {
      setState({ phase: 'reconnecting' });
      if (next.readyState === EventSource.CLOSED) retry.later(); // else the browser resumes by Last-Event-ID itself
    };
    for (const event of listener.events) next.addEventListener(event, (message) => receive(event, message.data));
    followers.listen(next);
    next.addEventListener('reset', () => listener.onGap());
    next.addEventListener('revoked', () => {
      close('revoked');
      listener.onGap(); // whoever may no longer listen learns it from the next answer
    });
  }

  function receive(event: string, text: string): void {
    setState({ lastEventAtMs: Date.now() });
    listener.onEvent(event, JSON.parse(text));
  }

  /** The address of an open stream cannot change: one that carries other topics takes its place. */
  function reopen(): void {
    if (isStopped || CLOSED.includes(getState().phase)) return;
    retry.cancel();
    source?.close();
    open();
  }

  function close(phase: 'paused' | 'revoked'): void {
    retry.cancel();
    source?.close();
    source = undefined;
    setState({ phase });
  }

  const stopWatching = watchAbsence({
    onAbsent: () => close('paused'),
    onReturn: () => {
      if (getState().phase !== 'paused') return;
      setState({ phase: 'connecting' });
      open();
    },
  });
  open();

  return {
    subscribe,
    getState,
    /** Carries a topic besides until the returned function is called. */
    follow: (follower: Follower) => followers.add(follower, reopen),
    stop(): void {
      isStopped = true;
      stopWatching();
      retry.cancel();
      source?.close();
    },
  };
}

/** Tells when the tab has been hidden for long, and when it is looked at again; returns how to stop. */
function watchAbsence({ onAbsent, onReturn }: { onAbsent: () => void; onReturn: () => void }): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onChange = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(onAbsent, HIDDEN_LIMIT_MS);
    else onReturn();
  };
  document.addEventListener('visibilitychange', onChange);
  return () => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onChange);
  };
}
