import { z } from 'zod';
import type { Context } from '#server/platform/context.ts';
import { type OutgoingRequest, request } from '#server/platform/outgoing/request.ts';
import { Problem } from '#server/platform/problem.ts';
import { KubernetesConfig } from '../deploy-targets.schema.ts';
import type { StoredTarget } from '../deploy-targets.store.ts';
import { assertTaken, type Driver, openSecret, type SwapState } from './driver.ts';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 1_048_576;
const ANNOTATION = 'mission-control/deployment';

/** What of a Deployment says how far its rollout is. */
const Workload = z.object({
  metadata: z.object({ generation: z.number() }),
  spec: z.object({
    replicas: z.number().default(1),
    template: z.object({ spec: z.object({ containers: z.array(z.object({ name: z.string() })) }) }),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      conditions: z.array(z.object({ type: z.string(), reason: z.string().optional() })).default([]),
    })
    .prefault({}),
});
type Workload = z.infer<typeof Workload>;

/** Sets the image of a container and watches the rollout. */
export const kubernetes: Driver = {
  async swap(ctx, target, { deployment_id, to }) {
    if (to.target_ref === null) throw new Error('a deployment without an image was started'); // the service sees to it
    const { container } = KubernetesConfig.parse(target.config);
    const annotations = { [ANNOTATION]: deployment_id };
    const template = { metadata: { annotations }, spec: { containers: [{ name: container, image: to.target_ref }] } };
    const workload = await call(ctx, target, {
      method: 'PATCH',
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: JSON.stringify({ metadata: { annotations }, spec: { template } }),
    });
    return toState(workload);
  },
  async follow(ctx, target) {
    return toState(await call(ctx, target, { method: 'GET' }));
  },
  async test(ctx, target) {
    const { container, namespace, deployment } = KubernetesConfig.parse(target.config);
    const { spec } = await call(ctx, target, { method: 'GET' });
    if (!spec.template.spec.containers.some(({ name }) => name === container))
      throw new Problem('target.refused', 502, `${namespace}/${deployment} has no container ${container}.`);
    return `${namespace}/${deployment} is there, with its container ${container}.`;
  },
};

/** Throws when the cluster has given the rollout up. */
function toState({ metadata, spec, status }: Workload): SwapState {
  // Until the controller has seen the change, everything else speaks of the rollout before.
  if (status.observedGeneration < metadata.generation) return 'rolling';
  if (status.conditions.some(({ reason }) => reason === 'ProgressDeadlineExceeded'))
    throw new Problem('target.rollout_failed', 502, 'The cluster gave the rollout up.', { isRetryable: false });
  const isDone =
    status.updatedReplicas >= spec.replicas &&
    status.availableReplicas >= spec.replicas &&
    status.replicas <= spec.replicas;
  return isDone ? 'accepted' : 'rolling';
}

type Sent = Pick<OutgoingRequest, 'method' | 'headers' | 'body'>;

async function call(ctx: Context, target: StoredTarget, sent: Sent): Promise<Workload> {
  const { api_url, namespace, deployment, ca } = KubernetesConfig.parse(target.config);
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}`;
  const { status, body } = await request(ctx, {
    ...sent,
    url: api_url.replace(/\/+$/, '') + path,
    headers: { ...sent.headers, authorization: `Bearer ${openSecret(ctx, target)}`, accept: 'application/json' },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
    ...(ca === undefined ? {} : { ca }),
  });
  assertTaken(status);
  const parsed = Workload.safeParse(parseJson(body));
  if (!parsed.success) throw new Problem('target.refused', 502, 'The cluster did not answer with a Deployment.');
  return parsed.data;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined; // no Deployment either
  }
}
