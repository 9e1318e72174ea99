const TASK = /:mc-task-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?::|$)/i;

/** The task that a session is for, when its key says so. */
export const toTaskOfSession = (sessionKey: string | null): string | null =>
  TASK.exec(sessionKey ?? '')?.[1]?.toLowerCase() ?? null;
