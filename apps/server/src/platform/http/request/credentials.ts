import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Credentials } from '../../principal.ts';

/** The console's session cookie: HttpOnly, SameSite=Strict. */
export const SESSION_COOKIE = 'mc_session';

const SAFE_METHODS = new Set(['GET', 'HEAD']);

/** undefined for what is no id, too: whoever is let in is told so then. */
function boardIdOf(params: unknown): string | undefined {
  const { board_id } = params as { board_id?: string }; // a path's parameters are strings by name
  return z.uuid().safeParse(board_id).success ? board_id : undefined;
}

export function readCredentials({ headers, cookies, method, params, clientIp }: FastifyRequest): Credentials {
  const agentToken = headers['x-agent-token'];
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  return {
    token: typeof agentToken === 'string' && agentToken !== '' ? agentToken : bearer,
    session: cookies[SESSION_COOKIE],
    isAgentOnly: typeof agentToken === 'string' && agentToken !== '',
    agent: typeof headers['mc-agent'] === 'string' ? headers['mc-agent'] : undefined,
    origin: headers.origin,
    isSafe: SAFE_METHODS.has(method),
    boardId: boardIdOf(params),
    ip: clientIp,
  };
}
