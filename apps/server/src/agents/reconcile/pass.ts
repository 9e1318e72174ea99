import { setTimeout as sleep } from 'node:timers/promises';
import { type GatewayConnection, getConnection, toWorkspacePath } from '#server/gateways/index.ts';
import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type { AgentRow } from '../registry/agent-rows.store.ts';
import { isRetryable } from '../remote/refusals.ts';
import type { CredentialMode } from '../templates/variables.rules.ts';
import { findGatewayPlace, type GatewayPlace } from './reconcile.store.ts';
import type { StepLog } from './step-log.ts';
import { toStepRetryMs } from './steps.rules.ts';
import type { StepKind } from './steps.schema.ts';

/** An agent of a gateway, with its names there. */
export interface PlacedAgent extends AgentRow {
  gateway_id: string;
  gateway_agent_id: string;
  openclaw_session_id: string;
}

/** One comparison of what is wanted of an agent with what its gateway has. */
export interface Pass {
  ctx: Context;
  agent: PlacedAgent;
  gateway: GatewayPlace;
  isFirst: boolean;
  overwrite: boolean;
  /** Names of files to be overwritten; a decision of people. */
  overwriteFiles: string[];
  forceBootstrap: boolean;
  rotateToken: boolean;
  /** Whose name stands in USER.md. */
  userId: string | null;
  /** Where the agent works, as the gateway calls it; learned by the first step. */
  workspacePath: string;
  credentialMode: CredentialMode;
  /** What was done, for whoever counts. */
  filesWritten: number;
  filesUnchanged: number;
  /** A credential of another stood where the agent's should be. */
  tokenReplaced: boolean;
}

/** Whether an agent stands on a gateway. */
export const isPlaced = (row: AgentRow): row is PlacedAgent =>
  row.gateway_id !== null && row.gateway_agent_id !== null && row.openclaw_session_id !== null;

export interface PassOptions {
  force_bootstrap?: boolean;
  overwrite?: boolean;
  overwrite_files?: string[];
  rotate_token?: boolean;
  user_id?: string | null;
}

/** What is to be compared for an agent; undefined when it has no gateway, or no longer. */
export async function toPass(
  ctx: Context,
  agent: AgentRow,
  options: PassOptions,
  { isFirst }: { isFirst: boolean },
): Promise<Pass | undefined> {
  const { force_bootstrap = false, overwrite = false, overwrite_files = [] } = options;
  const { rotate_token = false, user_id = null } = options;
  if (!isPlaced(agent)) return undefined;
  const gateway = await findGatewayPlace(ctx, agent.gateway_id);
  if (!gateway) return undefined;
  return {
    ...{ ctx, agent, gateway, isFirst, overwrite, overwriteFiles: overwrite_files },
    ...{ forceBootstrap: force_bootstrap, rotateToken: rotate_token, userId: user_id },
    workspacePath: agent.workspace_path ?? toWorkspacePath(gateway.workspace_root, agent.gateway_agent_id),
    credentialMode: (agent.credential_mode ?? 'file') as CredentialMode, // checked by the database
    ...{ filesWritten: 0, filesUnchanged: 0, tokenReplaced: false },
  };
}

/** Brings one facet to what is wanted, whatever it is now; false when it was so already. */
export type Step = (pass: Pass, connection: GatewayConnection) => Promise<boolean>;

export type Steps = Record<StepKind, Step>;

/** When a pass ends, done or not. */
export interface Limits {
  until: Date;
  /** Whether nothing newer was asked for meanwhile. */
  isCurrent: () => Promise<boolean>;
}

/**
 * Runs the steps that are left until all are done; false when something newer came in between. Throws what the last try
 * of a step threw.
 */
export async function runSteps(pass: Pass, steps: Steps, log: StepLog, limits: Limits): Promise<boolean> {
  for (const kind of log.pending()) {
    if (!(await limits.isCurrent())) return false;
    await runStep(pass, { kind, step: steps[kind] }, log, limits.until);
  }
  return true;
}

async function runStep(
  pass: Pass,
  { kind, step }: { kind: StepKind; step: Step },
  log: StepLog,
  until: Date,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await log.begin(kind);
    try {
      // Asked for at each try: after a lost one there is another connection.
      const connection = await getConnection(pass.ctx, pass.agent.gateway_id);
      return await log.end(kind, (await step(pass, connection)) ? 'done' : 'skipped');
    } catch (error) {
      const waitMs = toStepRetryMs(attempt, Math.random());
      const isLast = !isRetryable(error) || pass.ctx.now().getTime() + waitMs >= until.getTime();
      await log.fail(kind, toCause(error), isLast);
      if (isLast || !(await hasWaited(pass.ctx, waitMs))) throw error;
    }
  }
}

/** False when the server stops meanwhile: the pass is repeated by the next one. */
async function hasWaited({ sleep: pass, stopping }: Context, ms: number): Promise<boolean> {
  if (pass) await pass(ms);
  else await sleep(ms, undefined, stopping ? { signal: stopping } : {}).catch(() => undefined); // only an abort rejects it
  return !stopping?.aborted;
}

/** What is shown of an error; the words of our own mistakes stay in the log. */
export const toCause = (error: unknown): { code: string; message: string } =>
  error instanceof Problem
    ? { code: error.code, message: error.message }
    : { code: 'internal', message: 'This failed here; the log of the server says why.' };
