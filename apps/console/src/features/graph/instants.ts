const MINUTE_MS = 60_000;

/** The whole minute so many minutes ago. */
export const toInstantAgo = (minutes: number): string =>
  new Date(Math.floor(Date.now() / MINUTE_MS - minutes) * MINUTE_MS).toISOString();
