import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { Deployment } from './deployments.schema.ts';

const schema = z.object({ deployment: Deployment });
type Data = z.infer<typeof schema>;

const audit = ({ deployment }: Data) => ({
  agent_id: deployment.agent_id,
  deployment_id: deployment.id,
  kind: deployment.kind,
  from: deployment.from?.number ?? null,
  to: deployment.to.number,
  reason: deployment.reason,
  status: deployment.status,
  target: deployment.target?.name ?? null,
  ...(deployment.error ? { error: deployment.error.code } : {}),
});

const define = (verb: string, toMessage: (deployment: Deployment) => string) =>
  defineEvent({
    type: `deployment.${verb}`,
    subject: 'deployment',
    schema,
    topics: () => ['agents'],
    activity: ({ deployment }) => ({
      message: toMessage(deployment),
      agentId: deployment.agent_id,
      data: { deployment_id: deployment.id },
    }),
    audit,
  });

const VERBS = { activate: 'moves', rollback: 'is rolled back', auto_rollback: 'is rolled back by itself' } as const;

export const deploymentStarted = define(
  'started',
  ({ agent_slug, kind, to, reason }) => `${agent_slug} ${VERBS[kind]} to version ${to.number}: ${reason}`,
);
export const deploymentConfirmed = define(
  'confirmed',
  ({ agent_slug, to }) => `${agent_slug} runs version ${to.number}.`,
);
export const deploymentFailed = define(
  'failed',
  ({ agent_slug, to, error }) => `The target of ${agent_slug} gave up on version ${to.number}: ${error?.message}`,
);
export const deploymentReverted = define(
  'reverted',
  ({ agent_slug, to, from, error }) =>
    `The target of ${agent_slug} gave up on version ${to.number}: ${error?.message} Version ${from?.number} is active again.`,
);

/** The hour after an activation has said something new of a version; not part of the history. */
export const versionJudged = defineEvent({
  type: 'version.judged',
  subject: 'deployment',
  schema,
  topics: () => ['agents'],
});
