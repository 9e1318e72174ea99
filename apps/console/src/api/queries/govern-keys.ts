/** Keys of what governs agents: the live cache and the queries must name the same things. */
export const policyKeys = {
  all: ['policies'] as const,
  lists: ['policies', 'list'] as const,
  one: (id: string) => ['policies', 'one', id] as const,
  detail: (id: string) => ['policies', 'one', id, 'detail'] as const,
};

export const killKeys = { all: ['kills'] as const };

export const breakerKeys = {
  all: ['breakers'] as const,
  lists: ['breakers', 'list'] as const,
  detail: (id: string) => ['breakers', 'one', id] as const,
};

export const anomalyKeys = {
  all: ['anomalies'] as const,
  lists: ['anomalies', 'list'] as const,
  detail: (id: string) => ['anomalies', 'one', id] as const,
};
