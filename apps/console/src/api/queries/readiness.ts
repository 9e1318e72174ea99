import { queryOptions } from '@tanstack/react-query';

/** The server's own state: what it can do now, and which part cannot. */
export interface Readiness {
  isReady: boolean;
  failing: string[];
  version: string | undefined;
}

const REFRESH_MS = 30_000;

export const readinessQuery = queryOptions({
  queryKey: ['readiness'],
  queryFn: ({ signal }) => fetchReadiness(signal),
  refetchInterval: REFRESH_MS,
  retry: false,
});

/** `/readyz` answers 503 with the same shape when a part fails. */
async function fetchReadiness(signal: AbortSignal): Promise<Readiness> {
  const response = await fetch('/readyz', { signal });
  const body: unknown = await response.json();
  return { isReady: response.ok, failing: failingChecks(body), version: textField(body, 'version') };
}

function failingChecks(body: unknown): string[] {
  if (typeof body !== 'object' || body === null || !('checks' in body)) return [];
  return Object.entries(body.checks as Record<string, unknown>)
    .filter(([, check]) => check !== true && textField(check, 'status') !== 'ok' && check !== 'ok')
    .map(([name]) => name);
}

function textField(value: unknown, field: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as Record<string, unknown>)[field];
  return typeof found === 'string' ? found : undefined;
}
