/** What agents of a gateway may do, decided in its process by what Mission Control last said. */
import { randomBytes } from 'node:crypto';
import { createRules, toQuestion } from './rules.mjs';

const SYNC_MS = 15_000;
const TIMEOUT_MS = 10_000;
const CONTACT_TTL_S = 45;
/** What was said holds this long without contact, where the agent's fail mode lets it. */
const EXPIRY_MS = 24 * 3_600_000;
const MAX_WAITING = 1_000;
const MAX_SENT = 100;
const MAX_ARGS = 16_000;
/** Side effects that are let through when nobody can be asked. */
const HARMLESS = new Set(['pure', 'read']);

/**
 * Where Mission Control is, and what holds before it was reached: `{ url, key, gatewayId, failMode }`. Throws when a
 * variable is missing: a gateway that was told to ask must not go on without.
 */
export function readSettings(env) {
  const missing = ['MC_URL', 'MC_KEY', 'MC_GATEWAY_ID'].filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`Mission Control's plugin needs ${missing.join(', ')} in the environment.`);
  const failMode = env.MC_FAIL_MODE ?? 'last_known';
  if (!['last_known', 'fail_closed', 'fail_open'].includes(failMode))
    throw new Error('MC_FAIL_MODE must be last_known, fail_closed or fail_open.');
  return { url: env.MC_URL.replace(/\/+$/, ''), key: env.MC_KEY, gatewayId: env.MC_GATEWAY_ID, failMode };
}

/**
 * `check(call)` decides about `{ agentId, runId, toolCallId, tool, args }` without I/O: nothing lets it go on, else
 * `{ block, blockReason }`, or `{ requireApproval }` where people must say yes: the gateway asks them, in Mission Control
 * too. `record(call)` takes what a call has come to, `{ …, hasFailed }`. `start()` fetches what agents may do now and every 15 s; `sync()` is one round of that, which
 * also tells what was stopped and never throws.
 */
export function createPolicy(settings, { fetch = globalThis.fetch, now = Date.now } = {}) {
  const request = createRequest(settings, fetch);
  const outbox = createOutbox(request, now);
  const rules = createRules();
  /** By the agent's id at the gateway; undefined until the first contact. */
  let bundles;
  let contactAt = Number.NEGATIVE_INFINITY;
  let timer;

  const sync = async () => {
    try {
      const { items } = await request('/bundles');
      bundles = new Map(items.map(({ gateway_agent_id: id, bundle }) => [id, keepKnown(bundles?.get(id), bundle)]));
      contactAt = now();
      await outbox.send();
    } catch {
      // Without contact the fail modes decide; the next round tries again.
    }
  };

  return {
    sync,
    start() {
      void sync();
      timer = setInterval(sync, SYNC_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
    check(call) {
      const bundle = bundles?.get(call.agentId);
      const silentMs = now() - contactAt;
      const isLost = silentMs > (bundle?.contact_ttl_s ?? CONTACT_TTL_S) * 1_000;
      const failMode = bundle?.fail_mode ?? settings.failMode;
      const contact = { isKnown: bundles !== undefined, isLost, isExpired: silentMs > EXPIRY_MS, failMode };
      const ruling = rule(call.tool, bundle, contact) ?? (bundle && judge(rules, call, { bundle, at: now() }));
      if (ruling === undefined) return undefined;
      return answer(ruling, call, {
        isLost,
        tell: (told) => outbox.add(call, { ...told, bundle: bundle?.bundle ?? null, degraded: isLost }),
      });
    },
    record(call) {
      const bundle = bundles?.get(call.agentId);
      if (bundle) rules.record(call, bundle);
    },
  };
}

/** The bundle that is here already, when nothing changed: its policies were made ready. */
const keepKnown = (known, bundle) => (known?.etag !== undefined && known.etag === bundle.etag ? known : bundle);

/** What policies say; a fault of ours is no permission. */
function judge(rules, call, { bundle, at }) {
  try {
    return rules.decide(call, bundle, at);
  } catch (error) {
    return { code: 'sdk.error', mode: 'enforce', explanation: `The policies could not be asked: ${error.message}.` };
  }
}

/** What the gateway is told to do, and Mission Control of it. Who cannot be asked has not said yes. */
function answer(ruling, { tool }, { isLost, tell }) {
  const { rules, approval, verdict, ...told } = ruling;
  const question = verdict === 'require_approval' && !isLost ? toQuestion(ruling, tool) : undefined;
  if (question) return { requireApproval: question };
  if (verdict === 'warn') return undefined;
  tell(told);
  if (told.mode === 'monitor') return undefined;
  const why = verdict === 'require_approval' ? `${told.explanation} Nobody can be asked.` : told.explanation;
  return { block: true, blockReason: `Blocked by Mission Control: ${why.replace(/^Blocked: /, '')}` };
}

function createRequest({ url, key, gatewayId }, fetch) {
  return async (path, body) => {
    const answer = await fetch(`${url}/api/v1/gateways/${gatewayId}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw Object.assign(new Error(`answered ${answer.status}`), { status: answer.status });
    return answer.json();
  };
}

/** What was stopped and is still to be told. */
function createOutbox(request, now) {
  let waiting = [];
  return {
    add({ agentId, args, runId, tool, toolCallId }, ruling) {
      if (agentId === undefined || waiting.length >= MAX_WAITING) return;
      const isLong = (JSON.stringify(args) ?? '').length > MAX_ARGS;
      waiting.push({
        ...{ id: newId(now()), gateway_agent_id: agentId, run_id: runId ?? null, tool_call_id: toolCallId ?? null },
        ...{ tool, args: isLong ? { omitted: 'too long' } : args, ts: new Date(now()).toISOString() },
        ...ruling,
      });
    },
    async send() {
      while (waiting.length > 0) {
        const items = waiting.slice(0, MAX_SENT);
        try {
          await request('/verdicts', { items });
        } catch (error) {
          // What is refused as wrong would be refused again.
          if (error.status !== 422) throw error;
        }
        waiting = waiting.slice(items.length);
      }
    },
  };
}

/** Why a tool may not be used; undefined lets it go on. */
function rule(tool, bundle, { isKnown, isLost, isExpired, failMode }) {
  const declared = bundle?.capability.tools.find(({ name }) => isNamed(name, tool));
  const mustAsk = !isKnown || (isLost && (failMode === 'fail_closed' || (failMode === 'last_known' && isExpired)));
  if (mustAsk && failMode !== 'fail_open' && !HARMLESS.has(declared?.side_effect)) {
    const explanation = `Mission Control cannot be reached, and ${tool} may change something.`;
    return { code: 'capability.no_contact', mode: 'enforce', explanation };
  }
  // What nobody made there, and an agent that declared nothing, is not held to anything.
  if (bundle === undefined || bundle.version_id === null || bundle.capability.mode === 'off') return undefined;
  if (declared !== undefined) return undefined;
  const explanation = `${bundle.agent_slug} has not declared the tool "${tool}" in its manifest.`;
  return { code: 'capability.tool_undeclared', mode: bundle.capability.mode, explanation };
}

const isNamed = (name, tool) => name === tool || (name.endsWith('*') && tool.startsWith(name.slice(0, -1)));

/** A UUIDv7. */
function newId(at) {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(at, 0, 6);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
