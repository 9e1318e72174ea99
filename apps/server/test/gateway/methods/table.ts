import { type Connection, invalid, Refusal, type World } from '../world.ts';
import { agentMethods } from './agents.ts';
import { approvalMethods } from './approvals.ts';
import { chatMethods } from './chat.ts';
import { configMethods } from './config.ts';
import { cronMethods } from './cron.ts';
import type { Method, Params } from './method.ts';
import { pairingMethods } from './pairing.ts';
import { secretMethods } from './secrets.ts';
import { sessionMethods } from './sessions.ts';

const METHODS: Record<string, Method> = {
  ...agentMethods,
  ...approvalMethods,
  ...chatMethods,
  ...configMethods,
  ...cronMethods,
  ...pairingMethods,
  ...secretMethods,
  ...sessionMethods,
};

export const methodNames = Object.keys(METHODS);

/** Answers one call. Throws `Refusal` with the gateway's own error. */
export function answerCall(world: World, connection: Connection, method: string, params: Params): unknown {
  const found = METHODS[method];
  checkScope(connection, found?.scope ?? 'admin');
  if (!found) throw invalid(`unknown method: ${method}`);
  checkParams(method, found, params);
  return found.answer(world, params, connection);
}

function checkScope({ scopes }: Connection, scope: Method['scope']): void {
  const needed = `operator.${scope}`;
  const has = scopes.has(needed) || scopes.has('operator.admin') || (scope === 'read' && scopes.has('operator.write'));
  if (has) return;
  throw new Refusal({
    code: 'FORBIDDEN',
    message: `missing scope: ${needed}`,
    details: { code: 'MISSING_SCOPE', missingScope: needed, requiredScopes: [needed] },
  });
}

function checkParams(method: string, { required, optional = [] }: Method, params: Params): void {
  const missing = required.find((name) => params[name] === undefined);
  if (missing) throw invalid(`invalid ${method} params: must have required property '${missing}'`);
  const unexpected = Object.keys(params).find((name) => !required.includes(name) && !optional.includes(name));
  if (unexpected) throw invalid(`invalid ${method} params: at root: unexpected property '${unexpected}'`);
}
