import { z } from 'zod';

const Frame = z.object({
  agentId: z.string().optional().catch(undefined),
  sessionKey: z.string().optional().catch(undefined),
  key: z.string().optional().catch(undefined),
  runId: z.string().optional().catch(undefined),
  stream: z.string().optional().catch(undefined),
  state: z.string().optional().catch(undefined),
  errorKind: z.string().optional().catch(undefined),
  errorMessage: z.string().optional().catch(undefined),
});

/** Only what an agent does itself; `sessions.changed` also comes of what we do to it. */
const SIGNS = new Set(['agent', 'chat', 'session.message', 'session.tool']);

/** That an agent of a gateway does something. */
export interface Sighting {
  gatewayAgentId: string;
  /** A run that ended in an error of its model. */
  failure: { runId: string; message: string } | null;
}

const agentOf = (sessionKey: string | undefined): string | undefined => /^agent:([^:]+):/.exec(sessionKey ?? '')?.[1];

/** What a frame says of an agent's life; undefined when nothing. */
export function toSighting(event: string, payload: unknown): Sighting | undefined {
  if (!SIGNS.has(event)) return undefined;
  const frame = Frame.safeParse(payload).data;
  const gatewayAgentId = frame?.agentId ?? agentOf(frame?.sessionKey ?? frame?.key);
  if (!frame || gatewayAgentId === undefined) return undefined;
  const isFailure = event === 'chat' && frame.state === 'error' && frame.runId !== undefined;
  return {
    gatewayAgentId,
    failure: isFailure
      ? { runId: frame.runId ?? '', message: frame.errorMessage ?? frame.errorKind ?? 'unknown' }
      : null,
  };
}
