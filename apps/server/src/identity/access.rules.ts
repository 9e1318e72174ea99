/** Roles of a person in an organization, weakest first. */
export const ROLES = ['member', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

interface Grant {
  /** The weakest role that may. */
  user?: Role;
  /** The scope that a service key needs. */
  serviceKey?: 'enroll' | 'otlp' | 'metrics' | 'read';
  /** Whether a reporting process may. */
  process?: true;
}

/**
 * Who may do what: a permission and the callers that have it. `public` routes need no credential.
 * Fleet data is for admins until boards give members their share of it (issue 3): agents without a board belong to admins.
 */
export const ACCESS = {
  public: {},
  'self:read': { user: 'member' },
  'self:write': { user: 'member' },
  'organization:read': { user: 'member' },
  'agents:read': { user: 'admin', serviceKey: 'read' },
  'agents:write': { user: 'admin' },
  'agent:control': { user: 'admin' },
  'agents:enroll': { serviceKey: 'enroll' },
  'bundles:read': { process: true },
  'telemetry:write': { process: true },
  'telemetry:read': { user: 'admin', serviceKey: 'read' },
  'telemetry:settings': { user: 'admin' },
  'payload:read': { user: 'admin' },
  'violations:read': { user: 'admin', serviceKey: 'read' },
  'violations:write': { user: 'admin' },
  'service-keys:manage': { user: 'admin' },
  'stream:read': { user: 'admin', serviceKey: 'read' },
} as const satisfies Record<string, Grant>;

export type Access = keyof typeof ACCESS;

export const isAccess = (name: string): name is Access => Object.hasOwn(ACCESS, name);

const grantOf = (access: Access): Grant => ACCESS[access];

/** Whether a person of that role may. */
export function canUser(role: Role, access: Access): boolean {
  const needed = grantOf(access).user;
  return needed !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Whether a service key with these scopes may. */
export function canServiceKey(scopes: readonly string[], access: Access): boolean {
  const needed = grantOf(access).serviceKey;
  return needed !== undefined && scopes.includes(needed);
}

/** Whether a reporting process may. */
export const canProcess = (access: Access): boolean => grantOf(access).process === true;
