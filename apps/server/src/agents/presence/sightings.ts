import { z } from 'zod';

const Frame = z.object({
  agentId: z.string().optional().catch(undefined),
  sessionKey: z.string().optional().catch(undefined),
  key: z.string().optional().catch(undefined),
  runId: z.string().optional().catch(undefined),
  stream: z.string().optional().catch(undefined),
  state: z.string().optional().catch(undefined),
  message: z.object({ role: z.string() }).optional().catch(undefined),
  errorKind: z.string().optional().catch(undefined),
  errorMessage: z.string().optional().catch(undefined),
});

type Frame = z.infer<typeof Frame>;

const SPOKEN = new Set(['delta', 'final', 'error']);

/** Only what an agent does itself: other frames come of what others, we too, send to it. */
const SIGNS = new Map<string, (frame: Frame) => boolean>([
  ['agent', () => true],
  ['session.tool', () => true],
  ['session.message', ({ message }) => message?.role === 'assistant'],
  ['chat', ({ state }) => SPOKEN.has(state ?? '')],
]);

/** That an agent of a gateway does something. */
export interface Sighting {
  gatewayAgentId: string;
  /** A run that ended in an error of its model. */
  failure: { runId: string; message: string } | null;
}

const agentOf = (sessionKey: string | undefined): string | undefined => /^agent:([^:]+):/.exec(sessionKey ?? '')?.[1];

/** What a frame says of an agent's life; undefined when nothing. */
export function toSighting(event: string, payload: unknown): Sighting | undefined {
  const isSign = SIGNS.get(event);
  const frame = isSign && Frame.safeParse(payload).data;
  if (!frame || !isSign(frame)) return undefined;
  const gatewayAgentId = frame.agentId ?? agentOf(frame.sessionKey ?? frame.key);
  if (gatewayAgentId === undefined) return undefined;
  const isFailure = event === 'chat' && frame.state === 'error' && frame.runId !== undefined;
  return {
    gatewayAgentId,
    failure: isFailure
      ? { runId: frame.runId ?? '', message: frame.errorMessage ?? frame.errorKind ?? 'unknown' }
      : null,
  };
}
