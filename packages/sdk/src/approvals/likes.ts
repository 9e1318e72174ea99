import type { Client } from '../client.ts';
import { type Account, toView } from '../enforcement/account.ts';
import type { GovernedCall, Ruling } from '../enforcement/gate.ts';
import { type Governable, record } from '../enforcement/record.ts';
import { hashArguments } from '../enrolment/agent.ts';
import type { Run } from '../runs/run.ts';
import type { Like, Pins } from './pins.ts';

/** What people allowed: these rules are satisfied for this call, once the grant is used up. */
export interface Approved {
  rules: readonly string[];
  /** Undefined when it is used already: leave for calls like one that people saw. */
  grantId: string | undefined;
  account: Account;
}

const KEY_OR_PLACE = /^(?:\.?([A-Za-z_][\w-]*)|\.?"([^"]+)"|\[(\d+)\])/;

/**
 * What calls like this one must have in common with it, where the rules that ask let people allow those; undefined where
 * they do not, or where something of it is not there. A number that may not be shown counts by its hash, too.
 */
export function toPins(run: Run, call: GovernedCall, { decision }: Ruling): Pins | undefined {
  const { grant, shape = [] } = decision.approval ?? {};
  if (grant !== 'shape' || shape.length === 0 || call.kind !== 'tool' || call.lift) return undefined;
  const view = toView(run, call);
  const pins: Record<string, number | string> = {};
  for (const path of shape) {
    const value = findAt(call.args, path);
    const isShown = typeof value === 'number' && findAt(view, path) === value;
    const pin = isShown ? value : hashArguments(run.agent, value);
    if (pin === undefined) return undefined;
    pins[path] = pin;
  }
  return pins;
}

/** Keys and places (`a.b[0]."c d"`); a path of any other form leads nowhere. */
function findAt(value: unknown, path: string): unknown {
  let [at, rest] = [value, path];
  while (rest !== '') {
    const found = KEY_OR_PLACE.exec(rest);
    if (!found || typeof at !== 'object' || at === null) return undefined;
    const key = found[1] ?? found[2] ?? found[3] ?? '';
    at = Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
    rest = rest.slice(found[0].length);
  }
  return at;
}

interface Alike {
  pins: Pins;
  rules: string[];
  account: Account;
}

/**
 * Uses leave that people gave in this run for calls like this one; undefined where there is none, or where the server
 * says that it holds no more. Then they are asked about this call.
 */
export async function useLike(
  client: Client,
  step: Governable,
  call: GovernedCall,
  { pins, rules, account }: Alike,
): Promise<Approved | undefined> {
  const { run, key } = step;
  const like = run.likes.find((given) => given.tool === call.name && fits(given, pins, rules));
  if (!like) return undefined;
  const refused = await client.desk.consume(like.grantId, {
    step_key: key,
    args_hash: hashArguments(run.agent, call.args ?? null) ?? '',
    like: { run_id: run.id, tool: call.name, pins },
  });
  if (refused) {
    run.likes = run.likes.filter((given) => given !== like);
    return undefined;
  }
  record(client, step, call, account);
  return { rules, account, grantId: undefined };
}

/** All rules that ask now had asked then; numbers are at most as large, everything else is equal. */
const fits = (given: Like, pins: Pins, rules: readonly string[]): boolean =>
  rules.every((rule) => given.rules.includes(rule)) &&
  Object.keys(given.pins).length === Object.keys(pins).length &&
  Object.entries(given.pins).every(([path, most]) => {
    const is = pins[path];
    return typeof most === 'number' && typeof is === 'number' ? is <= most : is === most;
  });
