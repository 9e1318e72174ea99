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
