/** A topic that a page wants while it is open, and what is told of its events. */
export interface Follower {
  topic: string;
  events: readonly string[];
  onEvent: (event: string, data: unknown) => void;
}

/** Those who follow a topic of their own on the tab's one stream. */
export function createFollowers() {
  const followers = new Set<Follower>();
  return {
    topics: (): string[] => [...followers].map(({ topic }) => topic),
    listen(source: EventSource): void {
      for (const { events, onEvent } of followers)
        for (const event of events) source.addEventListener(event, ({ data }) => onEvent(event, JSON.parse(data)));
    },
    /** `reopen` puts a stream with the changed topics in the place of the open one. */
    add(follower: Follower, reopen: () => void): () => void {
      followers.add(follower);
      reopen();
      return () => {
        followers.delete(follower);
        reopen();
      };
    },
  };
}
