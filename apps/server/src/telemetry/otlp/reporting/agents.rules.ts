import type { SpanBody } from '../settling/pending-span.ts';

/** Whose run it is: `identity` finds the agent in our registry. */
export interface Agent {
  identity: string;
  name: string;
}

/** By the best name that the span has: ours, an id, its service's agent, its service. */
export function toAgent(body: SpanBody | undefined): Agent {
  const service = body?.service ?? 'unknown';
  if (body?.agentSlug !== undefined) return { identity: body.agentSlug, name: body.agentSlug };
  if (body?.agentId !== undefined) return { identity: body.agentId, name: body.agentName ?? body.agentId };
  if (body?.agentName !== undefined) {
    // Two services may each have a `planner`.
    const identity = body.agentName === service ? service : `${service}-${body.agentName}`;
    return { identity, name: body.agentName };
  }
  return { identity: service, name: service };
}
