import type { StructuredToolInterface } from '@langchain/core/tools';
import { createReactAgent, ToolNode } from '@langchain/langgraph/prebuilt';
import type { Random } from '../model/random.ts';
import { ScriptedModel } from '../model/scripted-model.ts';
import { specialistScript } from './scripts.ts';

/** A react agent of LangGraph. A strict one fails with its first failing tool instead of telling the model. */
export const createSpecialist = (
  model: string,
  tools: StructuredToolInterface[],
  random: Random,
  { strict = false }: { strict?: boolean } = {},
) =>
  createReactAgent({
    llm: new ScriptedModel({ model, script: specialistScript, random }),
    tools: new ToolNode(tools, { handleToolErrors: !strict }),
  });
export type Specialist = ReturnType<typeof createSpecialist>;
