import { z } from 'zod';

const lenient = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);
/** What PostgreSQL refuses in text becomes U+FFFD. */
const prose = z.string().transform((value) => value.replaceAll('\0', '\ufffd').toWellFormed());
const text = prose.pipe(z.string().min(1));
const id = prose.pipe(z.string().min(1).max(400));
const instantMs = z.number().int().min(0).max(8_640_000_000_000_000);

/** What a gateway asks: `exec.approval.requested`, `plugin.approval.requested`. */
const Requested = z.looseObject({
  id,
  createdAtMs: lenient(instantMs),
  expiresAtMs: instantMs,
  request: z.looseObject({
    command: lenient(prose),
    cwd: lenient(prose),
    resolvedPath: lenient(prose),
    host: lenient(prose),
    security: lenient(prose),
    agentId: lenient(text),
    sessionKey: lenient(text),
    runId: lenient(id),
    toolCallId: lenient(text),
    toolName: lenient(text),
    pluginId: lenient(text),
    title: lenient(prose),
    description: lenient(prose),
    severity: lenient(prose),
    allowedDecisions: lenient(z.array(prose)),
    commandAnalysis: lenient(z.looseObject({ riskKinds: lenient(z.array(prose)) })),
  }),
});

/** A request, as far as we use it. */
export interface GatewayRequest {
  id: string;
  kind: RequestKind;
  gatewayAgentId: string | null;
  externalRunId: string | null;
  tool: string;
  toolCallId: string | null;
  /** What the tool would get, as far as a request tells it; undefined where it tells nothing. */
  args: Record<string, unknown> | undefined;
  /** Whether our plugin asks, which has judged the call by the policies. */
  isJudged: boolean;
  /** What a person must know to decide. */
  payload: Record<string, unknown>;
  createdAt: number;
  expiresAt: number;
  /** The rules that ask, where our plugin asks for them. */
  rules: string[];
}

export type RequestKind = 'exec' | 'plugin';

const REASONS: Record<RequestKind, string> = {
  exec: 'The gateway asks before it runs this command.',
  plugin: 'A plugin of the gateway asks before this tool call.',
};
const MAX_TEXT = 16_000;

/** Reads a request; undefined when it is none that we could answer. */
export function readRequest(kind: RequestKind, payload: unknown): GatewayRequest | undefined {
  const parsed = Requested.safeParse(payload);
  if (!parsed.success) return undefined;
  const { id, request, createdAtMs, expiresAtMs } = parsed.data;
  const { command, cwd, resolvedPath, host, security, title, description, severity, pluginId } = request;
  return {
    id,
    kind,
    gatewayAgentId: request.agentId ?? /^agent:([^:]+):/.exec(request.sessionKey ?? '')?.[1] ?? null,
    externalRunId: request.runId ?? null,
    tool: (request.toolName ?? kind).slice(0, 256),
    toolCallId: request.toolCallId?.slice(0, 1024) ?? null,
    // By the names that the gateway's own tool has for them.
    args: command === undefined ? undefined : withoutAbsent({ command, workdir: cwd, host }),
    isJudged: pluginId === PLUGIN,
    payload: withoutAbsent({
      reason: REASONS[kind],
      ...cutTexts({ command, cwd, resolved_path: resolvedPath, host, security, title, description, severity }),
      plugin_id: pluginId,
      risk_kinds: request.commandAnalysis?.riskKinds ?? [],
      allowed_decisions: request.allowedDecisions ?? [],
      gateway_approval_id: id,
      gateway_run_id: request.runId,
      session_key: request.sessionKey,
      tool_call_id: request.toolCallId,
    }),
    createdAt: createdAtMs ?? expiresAtMs,
    expiresAt: expiresAtMs,
    rules: pluginId === PLUGIN ? readRules(description) : [],
  };
}

const PLUGIN = 'mission-control';
const MAX_RULES = 50;

const ASKS = 'Mission Control asks by ';

/** The last words that our plugin writes say by which rules it asks. */
function readRules(description = ''): string[] {
  const at = description.lastIndexOf(ASKS);
  return at < 0 ? [] : description.slice(at + ASKS.length).split(', ', MAX_RULES);
}

const cutTexts = (texts: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, value?.slice(0, MAX_TEXT).toWellFormed()]));

const withoutAbsent = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** What became of a request there. */
export interface Outcome {
  decision: 'approved' | 'rejected';
  resolution: 'approved' | 'rejected' | 'expired';
  by: string | null;
}

const Resolved = z.looseObject({ id, decision: text, resolvedBy: lenient(text) });

/** Reads `*.approval.resolved`. */
export function readResolved(payload: unknown): { id: string; outcome: Outcome } | undefined {
  const parsed = Resolved.safeParse(payload);
  if (!parsed.success) return undefined;
  const { id, decision, resolvedBy = null } = parsed.data;
  return { id, outcome: toOutcome(decision, null, resolvedBy) };
}

const Got = z.looseObject({
  approval: z.looseObject({
    status: text,
    decision: lenient(text),
    reason: lenient(text),
    resolver: lenient(z.looseObject({ id: lenient(text) })),
  }),
});

/** Reads the answer of `approval.get`; undefined while it is pending there too. */
export function readStanding(payload: unknown): Outcome | undefined {
  const { status, decision, reason, resolver } = Got.parse(payload).approval;
  if (status === 'pending') return undefined;
  const said = decision ?? (status.startsWith('allow') || status === 'approved' ? 'allow-once' : 'deny');
  return toOutcome(said, reason ?? status, resolver?.id ?? null);
}

function toOutcome(decision: string, reason: string | null, by: string | null): Outcome {
  if (decision.startsWith('allow')) return { decision: 'approved', resolution: 'approved', by };
  const isExpired = reason !== null && /expired|timeout/.test(reason);
  return { decision: 'rejected', resolution: isExpired ? 'expired' : 'rejected', by };
}

/** `<gateway>:<kind>:<its id>`: how our record names the request. */
export const toExternalRef = (gatewayId: string, kind: RequestKind, id: string): string => `${gatewayId}:${kind}:${id}`;

const REF = /^([0-9a-f-]{36}):(exec|plugin):(.+)$/s;

/** The gateway, kind and id in a reference. */
export function readExternalRef(ref: string): { gatewayId: string; kind: RequestKind; id: string } {
  const [, gatewayId, kind, id] = REF.exec(ref) ?? [];
  if (!(gatewayId && id && (kind === 'exec' || kind === 'plugin')))
    throw new Error(`${ref} is no request of a gateway`);
  return { gatewayId, kind, id };
}
