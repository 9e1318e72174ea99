import { activeClient, type Client } from '../client.ts';
import { govern } from '../enforcement/governed.ts';
import { hashArguments } from '../enrolment/agent.ts';
import { declareTool } from '../enrolment/declaration.ts';
import { currentPlace, type Place } from '../runs/context.ts';
import { ROOT_KEY } from '../runs/keys.ts';
import { runTraced, toOutput } from '../runs/traced.ts';
import { safely } from '../safely.ts';
import type { ToolDeclaration } from '../settings.ts';
import type { SideEffect } from '../wire.ts';
import { run } from './run.ts';

export interface ToolOptions {
  /** `server/tool` or `tool`; default the function's name. */
  name?: string;
  /** What calling it twice does; undeclared counts as `non_idempotent`. */
  effect?: SideEffect;
  description?: string;
  /** Data stores that it touches. */
  data?: { read?: string[]; write?: string[] };
  poll?: boolean;
  /** JSON Schema of the arguments. */
  schema?: Record<string, unknown>;
}

/**
 * Governs a function as a tool: each call is checked against the agent's declaration before it happens, then recorded.
 * Throws `Blocked` instead of calling when it may not run. Outside a run the call is a run of its own.
 */
export function tool<A extends unknown[], R>(
  work: (...args: A) => R,
  options: ToolOptions = {},
): (...args: A) => Promise<Awaited<R>> {
  const declared = toDeclaration(options, work.name || 'tool');
  declareTool(declared);
  return async (...args): Promise<Awaited<R>> => {
    const client = activeClient();
    if (!client) return await work(...args);
    return callTool(client, declared, { args: args.length === 1 ? args[0] : args, work: () => work(...args) });
  };
}

/** {@link tool} for a record of functions; `effects` by name. */
export function tools<T extends Record<string, (...args: never[]) => unknown>>(
  functions: T,
  effects: Partial<Record<keyof T & string, SideEffect>> = {},
): { [K in keyof T]: (...args: Parameters<T[K]>) => Promise<Awaited<ReturnType<T[K]>>> } {
  const governed = Object.entries(functions).map(([name, work]) => {
    const effect = effects[name];
    return [name, tool(work, { name, ...(effect && { effect }) })];
  });
  return Object.fromEntries(governed);
}

export interface ToolCall<T> {
  args: unknown;
  work: () => T;
  framework?: Record<string, unknown>;
}

/** A governed call of a declared tool. Adapters use it for the tools of their framework. */
export function callTool<T>(client: Client, declared: ToolDeclaration, call: ToolCall<T>): Promise<Awaited<T>> {
  const place = currentPlace();
  if (place) return callAt(client, place, declared, call);
  return run(declared.name, () => callTool(client, declared, call)) as Promise<Awaited<T>>; // run adds no layer of promise
}

function callAt<T>(client: Client, place: Place, declared: ToolDeclaration, call: ToolCall<T>): Promise<Awaited<T>> {
  const { recorder } = client;
  const { agent } = place.run;
  const { name } = declared;
  const effect = toEffect(agent.tools.get(name)?.side_effect, declared);
  const step = recorder.openStep(place.run, {
    kind: 'tool',
    name,
    parentKey: place.step?.key ?? ROOT_KEY,
    input: recorder.capture(place.run, call.args, { tool: name, part: 'args' }),
    argsHash: safely('hashing arguments', () => hashArguments(agent, call.args)),
    sideEffect: effect,
    framework: call.framework,
  });
  return runTraced(client, step, {
    before: () => {
      const { read = [], write = [] } = declared.data ?? {};
      if (read.length > 0) step.reads = new Set(read);
      if (write.length > 0) step.writes = new Set(write);
      const stores = declared.data && { read, write };
      return govern(client, step, {
        ...{ kind: 'tool', name, args: call.args, effect, external: declared.external },
        ...(stores && { stores }),
      });
    },
    work: call.work,
    after: (result) => toOutput(client, step, result, true),
  });
}

/** The class that the server knows (an operator may have overridden it), else the one declared in code. */
const toEffect = (known: string | undefined, { side_effect }: ToolDeclaration): SideEffect =>
  (known as SideEffect | undefined) ?? side_effect ?? 'non_idempotent';

function toDeclaration({ effect, name, ...rest }: ToolOptions, fallback: string): ToolDeclaration {
  return { ...rest, name: name ?? fallback, ...(effect && { side_effect: effect }) };
}
