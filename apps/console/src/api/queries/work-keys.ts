/** Keys of the work half's queries: the live cache and the queries must name the same things. */
export const boardKeys = {
  all: ['boards'] as const,
  lists: ['boards', 'list'] as const,
  /** With what changes all the time. */
  counted: ['boards', 'counted'] as const,
  detail: (boardId: string) => ['boards', 'one', boardId, 'detail'] as const,
  snapshot: (boardId: string) => ['boards', 'one', boardId, 'snapshot'] as const,
  /** Lists of one board's tasks by their filters. */
  tasks: (boardId: string) => ['boards', 'one', boardId, 'tasks'] as const,
  siblings: (boardId: string) => ['boards', 'one', boardId, 'siblings'] as const,
  onboarding: (boardId: string) => ['boards', 'one', boardId, 'onboarding'] as const,
  webhooks: (boardId: string) => ['boards', 'one', boardId, 'webhooks'] as const,
};

export const groupKeys = {
  all: ['board-groups'] as const,
  lists: ['board-groups', 'list'] as const,
  detail: (groupId: string) => ['board-groups', 'one', groupId, 'detail'] as const,
  snapshots: ['board-groups', 'snapshot'] as const,
};

export const taskKeys = {
  detail: (taskId: string) => ['tasks', taskId, 'detail'] as const,
  comments: (taskId: string) => ['tasks', taskId, 'comments'] as const,
  history: (taskId: string) => ['tasks', taskId, 'history'] as const,
};

export const approvalKeys = {
  lists: ['approvals', 'list'] as const,
  detail: (approvalId: string) => ['approvals', 'one', approvalId] as const,
  /** How many wait: the number in the navigation. */
  waiting: ['approvals', 'waiting'] as const,
};

export const memoryKeys = {
  board: (boardId: string) => ['memory', 'board', boardId] as const,
  group: (groupId: string) => ['memory', 'group', groupId] as const,
};

export const activityKeys = {
  lists: ['activity', 'list'] as const,
  /** The last of one board. */
  feed: (boardId: string) => ['activity', 'feed', boardId] as const,
  detail: (id: string) => ['activity', 'one', id] as const,
  comments: ['activity', 'comments'] as const,
};

export const jobKeys = {
  all: ['jobs'] as const,
  lists: ['jobs', 'list'] as const,
  detail: (id: string) => ['jobs', 'one', id] as const,
};

export const dashboardKeys = { all: ['dashboard'] as const };

export const gatewayKeys = {
  all: ['gateways'] as const,
  lists: ['gateways', 'list'] as const,
  /** Whatever is known of any one. */
  each: ['gateways', 'one'] as const,
  detail: (id: string) => ['gateways', 'one', id, 'detail'] as const,
  found: (id: string) => ['gateways', 'one', id, 'found'] as const,
  /** What managing an adopted agent would change. */
  managing: (agentId: string) => ['gateways', 'managing', agentId] as const,
  commands: (id: string) => ['gateways', 'one', id, 'commands'] as const,
  statuses: ['gateways', 'status'] as const,
  status: (url: string) => ['gateways', 'status', url] as const,
  sessions: (id: string) => ['gateways', 'sessions', id] as const,
  history: (id: string, sessionKey: string) => ['gateways', 'history', id, sessionKey] as const,
  live: (id: string, sessionKey: string) => ['gateways', 'live', id, sessionKey] as const,
};
