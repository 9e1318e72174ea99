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
const FLEET_TOPICS = ['breakers', 'health', 'kills', 'policies', 'runs', 'violations'];

const topicsFor = ({ isAdmin }: StreamListener) => (isAdmin ? [...WORK_TOPICS, ...FLEET_TOPICS] : WORK_TOPICS);

/** The one event stream of a tab; open until it is stopped. */
export function openStream(listener: StreamListener) {
  const subscribers = new Set<() => void>();
  let state: StreamState = { phase: 'connecting', sinceMs: Date.now(), lastEventAtMs: undefined };
  let source: EventSource | undefined;
  let retryMs = FIRST_RETRY_MS;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  function setState(change: Partial<StreamState>): void {
    const isNewPhase = change.phase !== undefined && change.phase !== state.phase;
    state = { ...state, ...change, ...(isNewPhase && { sinceMs: Date.now() }) };
    for (const subscriber of subscribers) subscriber();
  }

  function open(): void {
    const next = new EventSource(`/api/v1/stream?topics=${topicsFor(listener).join(',')}`);
    let isResumed = false;
    source = next;
    next.onopen = () => {
      retryMs = FIRST_RETRY_MS;
      if (!isResumed) listener.onGap(); // what was answered before the stream began may be older than its first event
      isResumed = true;
      setState({ phase: 'live' });
    };
    next.onerror = () => {
      setState({ phase: 'reconnecting' });
      if (next.readyState === EventSource.CLOSED) retryLater(); // else the browser resumes by Last-Event-ID itself
    };
    for (const event of listener.events) next.addEventListener(event, (message) => receive(event, message.data));
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

  function retryLater(): void {
    retryTimer = setTimeout(open, retryMs);
    retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
  }

  function close(phase: 'paused' | 'revoked'): void {
    clearTimeout(retryTimer);
    source?.close();
    source = undefined;
    setState({ phase });
  }

  const stopWatching = watchAbsence({
    onAbsent: () => close('paused'),
    onReturn: () => {
      if (state.phase !== 'paused') return;
      setState({ phase: 'connecting' });
      open();
    },
  });
  open();

  return {
    subscribe(subscriber: () => void): () => void {
      subscribers.add(subscriber);
      return () => subscribers.delete(subscriber);
    },
    getState: () => state,
    stop(): void {
      stopWatching();
      clearTimeout(retryTimer);
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
