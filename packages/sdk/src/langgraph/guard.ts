import type { StructuredToolInterface } from '@langchain/core/tools';
import { toJsonSchema } from '@langchain/core/utils/json_schema';
import { activeClient } from '../client.ts';
import { declareFramework, declareTool } from '../enrolment/declaration.ts';
import { safely } from '../safely.ts';
import type { ToolDeclaration } from '../settings.ts';
import { callTool } from '../surface/tool.ts';
import type { SideEffect } from '../wire.ts';
import { markGuarded } from './places.ts';

/** What a LangChain tool runs once its arguments are parsed. */
interface Callable {
  _call: (args: unknown, manager?: unknown, config?: unknown) => unknown;
}

/**
 * Governs LangChain tools: each call is checked after its arguments were parsed and before the tool runs. A tool node
 * hands a block to the model as the tool's error. `effects` by name; undeclared counts as `non_idempotent`.
 */
export function guard<T extends StructuredToolInterface>(
  tools: readonly T[],
  effects: Record<string, SideEffect> = {},
): T[] {
  declareFramework('langgraph-js');
  return tools.map((tool) => guardOne(tool, effects[tool.name]));
}

function guardOne<T extends StructuredToolInterface>(tool: T, effect: SideEffect | undefined): T {
  const declared = toDeclaration(tool, effect);
  declareTool(declared);
  markGuarded(tool.name);
  const inner = tool as unknown as Callable; // every structured tool has _call, though its interface hides it
  const governed: Callable['_call'] = (args, manager, config) => {
    const client = activeClient();
    const work = () => inner._call.call(tool, args, manager, config);
    if (!client) return work();
    return callTool(client, declared, { args, work, framework: { name: 'langgraph-js' } });
  };
  return Object.create(tool, { _call: { value: governed } }) as T;
}

function toDeclaration(tool: StructuredToolInterface, effect: SideEffect | undefined): ToolDeclaration {
  const schema = safely(`the schema of ${tool.name}`, () => toJsonSchema(tool.schema) as Record<string, unknown>);
  return {
    name: tool.name,
    description: tool.description,
    ...(schema && { schema }),
    ...(effect && { side_effect: effect }),
  };
}
