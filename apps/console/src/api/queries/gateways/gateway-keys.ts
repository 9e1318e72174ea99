/** Keys of the queries about gateways: the live cache and the queries must name the same things. */
export const gatewayKeys = {
  all: ['gateways'] as const,
  lists: ['gateways', 'list'] as const,
  /** Whatever is known of any one. */
  each: ['gateways', 'one'] as const,
  detail: (id: string) => ['gateways', 'one', id, 'detail'] as const,
  found: (id: string) => ['gateways', 'one', id, 'found'] as const,
  commands: (id: string) => ['gateways', 'one', id, 'commands'] as const,
  statuses: ['gateways', 'status'] as const,
  status: (url: string) => ['gateways', 'status', url] as const,
  sessions: (boardId: string) => ['gateways', 'sessions', boardId] as const,
  history: (boardId: string, sessionKey: string) => ['gateways', 'history', boardId, sessionKey] as const,
};
