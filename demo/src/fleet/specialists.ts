import type { StructuredToolInterface } from '@langchain/core/tools';
import { createReactAgent, ToolNode } from '@langchain/langgraph/prebuilt';
import { type Pace, ScriptedModel } from '../model/scripted-model.ts';
import { specialistScript } from './scripts.ts';

/** A react agent of LangGraph. A strict one fails with its first failing tool instead of telling the model. */
export const createSpecialist = (
  model: string,
  tools: StructuredToolInterface[],
  pace: Pace,
  { strict = false }: { strict?: boolean } = {},
) =>
  createReactAgent({
    llm: new ScriptedModel({ model, script: specialistScript, pace }),
    tools: new ToolNode(tools, { handleToolErrors: !strict }),
  });
