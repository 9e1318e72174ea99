import type { Report } from '../findings.ts';

/** What the agents in the scope of a policy declare, and who there is. A list that is absent is not checked. */
export interface Catalog {
  tools?: readonly CatalogTool[];
  stores?: readonly string[];
  models?: readonly string[];
  /** Values of a run that agents in scope report: `confidence`, `risk` … */
  reports?: readonly string[];
  agents?: readonly string[];
  agent_types?: readonly string[];
  boards?: readonly string[];
  board_groups?: readonly string[];
  roles?: readonly string[];
  users?: readonly string[];
  /** The e-mail addresses behind `role:…` and `group:…`, of those who may decide for them. */
  people?: Readonly<Record<string, readonly string[]>>;
  /** The only owner of all agents in scope, who may not agree where owners are excluded. */
  owner?: string;
}

export interface CatalogTool {
  name: string;
  side_effect?: string;
  /** JSON Schema of its arguments. */
  input_schema?: unknown;
}

export interface LintScope {
  report: Report;
  now: Date;
  catalog: Catalog | undefined;
}
