import type { SideEffect } from './wire.ts';

/** A tool as an agent declares it. */
export interface ToolDeclaration {
  name: string;
  description?: string;
  /** JSON Schema of the arguments. */
  schema?: Record<string, unknown>;
  side_effect?: SideEffect;
  data?: { read?: string[]; write?: string[] };
  external?: boolean;
  poll?: boolean;
  confirm_note?: string;
}

/** What an agent declares that it may touch. Names alone are enough. */
export interface ManifestOptions {
  tools?: (string | ToolDeclaration)[];
  data_stores?: (string | { name: string; kind?: string; sensitivity?: string })[];
  subagents?: string[];
  max_concurrency?: number;
  latency_sla_ms?: number;
  sla_percentile?: number;
  model?: { provider?: string; name: string; params?: Record<string, unknown> };
  models_allowed?: string[];
  prompts?: { name: string; hash?: string; text?: string }[];
  config?: Record<string, unknown>;
}

/** One agent of the process. */
export interface AgentOptions {
  agent: string;
  name?: string;
  type?: string;
  framework?: string;
  frameworkVersion?: string;
  version?: { label?: string; git_sha?: string; lockfile_hash?: string };
  manifest?: ManifestOptions;
  /** Slugs of the agents that call this one. */
  parents?: string[];
}

/** `last_known`: keep enforcing what was known; `fail_closed`: only reads; `fail_open`: never block for lost contact. */
export type FailMode = 'last_known' | 'fail_closed' | 'fail_open';

/** Changes a payload before it leaves, after the rules and scanners. Slower than 5 ms (median) it is not called again. */
export type RedactCallback = (value: unknown, site: { tool?: string; part?: 'args' | 'result' }) => unknown;

export interface InitOptions extends Omit<AgentOptions, 'agent'> {
  /** Slug of the agent; default `MC_AGENT`. */
  agent?: string;
  /** Further agents of this process. */
  agents?: (string | AgentOptions)[];
  /** Address of the server; default `MC_URL`, else http://127.0.0.1:8000. */
  url?: string;
  /** Service key `mcs_…`; default `MC_KEY`. */
  key?: string;
  /** Share of run trees whose payloads are uploaded, 0 to 1; default `MC_SAMPLE`, else what the server says. */
  sample?: number;
  redact?: RedactCallback;
  /** Default: what the server says, else `last_known`. */
  failMode?: FailMode;
  /** Folder for batches that could not be sent, or `off`; default `MC_SPOOL_DIR`, else the user's cache. */
  spoolDir?: string;
  /** Whether to flush on SIGTERM and SIGINT; default true. */
  signals?: boolean;
}

export interface Settings {
  url: string;
  key: string;
  agents: AgentOptions[];
  sample: number | undefined;
  redact: RedactCallback | undefined;
  failMode: FailMode | undefined;
  spoolDir: string | undefined;
  signals: boolean;
}

/** Options joined with the environment. Undefined with a reason when Mission Control stays off. */
export function resolveSettings(options: InitOptions, env: NodeJS.ProcessEnv): Settings | { off: string } {
  if (env.MC_DISABLE === '1') return { off: '' };
  const slug = options.agent ?? env.MC_AGENT;
  const key = options.key ?? env.MC_KEY;
  if (!slug) return { off: 'no agent is named: pass `agent` or set MC_AGENT' };
  if (!key) return { off: 'no service key: pass `key` or set MC_KEY' };
  const { agents = [], url, sample, redact, failMode, spoolDir, signals, key: _, ...first } = options;
  return {
    url: (url ?? env.MC_URL ?? 'http://127.0.0.1:8000').replace(/\/+$/, ''),
    key,
    agents: [
      { ...first, agent: slug },
      ...agents.map((other) => (typeof other === 'string' ? { agent: other } : other)),
    ],
    sample: sample ?? toRate(env.MC_SAMPLE),
    redact,
    failMode,
    spoolDir: spoolDir ?? env.MC_SPOOL_DIR,
    signals: signals ?? true,
  };
}

function toRate(text: string | undefined): number | undefined {
  const rate = text ? Number(text) : Number.NaN;
  return rate >= 0 && rate <= 1 ? rate : undefined;
}
