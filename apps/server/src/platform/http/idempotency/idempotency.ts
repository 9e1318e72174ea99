import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Platform } from '../../context.ts';
import { Problem } from '../../problem.ts';
import type { Secrets } from '../../secrets/secrets.ts';
import type { Router } from '../route.ts';
import {
  claimKey,
  findAnswer,
  type IdempotencyKey,
  type KeptAnswer,
  releaseKey,
  saveAnswer,
} from './idempotency.store.ts';

const KEPT_MS = 24 * 3_600_000;
/** A call that ended without a word (its process died) holds its key this long. */
const RUNNING_MS = 60_000;
const KEPT_HEADERS = ['content-type', 'etag', 'location'];

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that this request took and whose answer is to be kept. */
    idempotency: IdempotencyKey | undefined;
  }
}

/**
 * Lets every POST with a JSON body carry an `Idempotency-Key`: the same caller, path, key and body within a day get the
 * kept answer with `Idempotency-Replayed: true`. Kept answers are encrypted, for some of them show a secret once. Not kept:
 * failures of ours (5xx) and refusals for the rate (429).
 */
export function replayRepeatedPosts(router: Pick<Router, 'addHook' | 'decorateRequest'>, platform: Platform): void {
  router.decorateRequest('idempotency');
  router.addHook('preValidation', async (request: FastifyRequest, reply: FastifyReply) => {
    const key = readKey(request);
    if (key === undefined) return;
    const bodyHash = hashBody(request);
    const kept = await claimOrFind(platform, request, { key, bodyHash });
    if (!kept) return;
    if (!kept.body_hash.equals(bodyHash))
      throw new Problem('idempotency.key_reused', 409, 'This Idempotency-Key was used with another body or query.');
    return replay(platform, request, reply, { ...toId(request, key), ...kept });
  });
  router.addHook('onSend', async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    if (request.idempotency)
      await keep(platform, request.idempotency, reply, payload).catch((error) =>
        request.log.warn({ err: error }, 'an answer could not be kept for its Idempotency-Key'),
      );
    return payload;
  });
}

/** undefined for requests that carry none, or cannot: public ones have no caller, streams no body to compare. */
function readKey({ method, headers, routeOptions }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key'];
  const isJson = /^application\/json\b/i.test(headers['content-type'] ?? 'application/json');
  const { access = 'public' } = routeOptions.config;
  if (method !== 'POST' || key === undefined || !isJson || access === 'public') return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,128}$/.test(key)) return key;
  const message = 'Idempotency-Key must be 1 to 128 visible ASCII characters.';
  throw new Problem('request.invalid', 422, message, {
    body: [{ loc: ['header', 'idempotency-key'], msg: message, type: 'string_pattern' }],
  });
}

const pathOf = ({ url }: FastifyRequest) => url.split('?')[0] ?? '';

const toId = (request: FastifyRequest, key: string): IdempotencyKey => {
  const { kind, id } = request.ctx.actor;
  return { actor: `${request.ctx.orgId} ${kind}:${id}`, path: pathOf(request), key };
};

const hashBody = ({ url, body }: FastifyRequest): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([url.split('?')[1] ?? '', body ?? null]))
    .digest();

/** Takes the key, or finds what another call left under it. */
async function claimOrFind(
  platform: Platform,
  request: FastifyRequest,
  { key, bodyHash }: { key: string; bodyHash: Buffer },
): Promise<KeptAnswer | undefined> {
  const id = toId(request, key);
  // A second try: the other call may let go of the key between the two statements.
  for (let tries = 0; tries < 2; tries++) {
    const at = platform.now();
    const expires_at = new Date(at.getTime() + RUNNING_MS);
    const claim = { ...id, org_id: request.ctx.orgId, body_hash: bodyHash, created_at: at, expires_at };
    if (await claimKey(platform.db, claim)) {
      request.idempotency = id;
      return undefined;
    }
    const kept = await findAnswer(platform.db, id);
    if (kept) return kept;
  }
  throw inProgress();
}

const inProgress = () =>
  new Problem(
    'idempotency.in_progress',
    409,
    'The first call with this Idempotency-Key still runs. Try again shortly.',
    {
      retryAfterS: 1,
      isRetryable: true,
    },
  );

const placeOf = ({ actor, path, key }: IdempotencyKey) => `idempotency_keys.answer:${actor} ${path} ${key}`;

function replay(
  { secrets }: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  kept: IdempotencyKey & KeptAnswer,
): FastifyReply {
  const { status, headers, answer } = kept;
  if (status === null || answer === null) throw inProgress();
  const text = readAnswer(secrets, answer, placeOf(kept));
  return reply
    .code(status)
    .headers({ ...headers, 'idempotency-replayed': 'true' })
    .serializer(String)
    .send(status < 400 ? text : withRequestId(text, request.id));
}

/** Throws 409 when the key that the answer was encrypted under is gone: the call was done, and must not be again. */
function readAnswer(secrets: Secrets, answer: string, place: string): string {
  const text = tryToDecrypt(secrets, Buffer.from(answer, 'base64'), place);
  if (text !== undefined) return text;
  const message = 'The first call with this Idempotency-Key was done; its answer cannot be read any more.';
  throw new Problem('idempotency.answer_lost', 409, message);
}

function tryToDecrypt(secrets: Secrets, sealed: Buffer, place: string): string | undefined {
  try {
    return secrets.decrypt(sealed, place);
  } catch {
    return undefined; // the caller says what that means
  }
}

/** An error names the request that it answers. */
const withRequestId = (text: string, id: string): string => JSON.stringify({ ...JSON.parse(text), request_id: id });

async function keep({ db, secrets, now }: Platform, id: IdempotencyKey, reply: FastifyReply, payload: unknown) {
  const isKept = reply.statusCode < 500 && reply.statusCode !== 429;
  if (!isKept || (typeof payload !== 'string' && payload !== null && payload !== undefined)) return releaseKey(db, id);
  const headers = KEPT_HEADERS.flatMap((name) => {
    const value = reply.getHeader(name);
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  await saveAnswer(db, id, {
    status: reply.statusCode,
    headers: JSON.stringify(Object.fromEntries(headers)),
    answer: secrets.encrypt(payload ?? '', placeOf(id)).toString('base64'),
    expires_at: new Date(now().getTime() + KEPT_MS),
  });
}
