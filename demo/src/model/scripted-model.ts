import { setTimeout as sleep } from 'node:timers/promises';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { BaseChatModel, type BindToolsInput, type LangSmithParams } from '@langchain/core/language_models/chat_models';
import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import type { ChatResult } from '@langchain/core/outputs';
import { logNormal, type Random } from './random.ts';
import { toUsage } from './usage.ts';

/** A tool that the model wants called. */
export interface Call {
  name: string;
  args: Record<string, unknown>;
}

/** What the model says at one point of a conversation. */
export interface Turn {
  reasoning: string;
  text: string;
  calls: Call[];
}

/** Decides the next turn from the conversation so far; the one thing in the demo that is not real. */
export type Script = (messages: BaseMessage[]) => Turn;

/** How fast a model is. */
export interface Pace {
  random: Random;
  /** Factor on all waiting; 1 is about that of a hosted model. */
  slowness: number;
}

interface ScriptedModelFields {
  model: string;
  script: Script;
  pace: Pace;
  tools?: BindToolsInput[];
}

const FIRST_TOKEN_MS = 320;
const TOKEN_MS = 9;
const SPREAD = 0.3;

/** A chat model whose words come from a script and whose pace and token counts are those of a real one. */
export class ScriptedModel extends BaseChatModel {
  readonly model: string;
  readonly #fields: ScriptedModelFields;

  constructor(fields: ScriptedModelFields) {
    super({});
    this.model = fields.model;
    this.#fields = fields;
  }

  override _llmType(): string {
    return 'scripted';
  }

  override bindTools(tools: BindToolsInput[]): ScriptedModel {
    return new ScriptedModel({ ...this.#fields, tools });
  }

  override invocationParams(): { model: string; temperature: number } {
    return { model: this.model, temperature: 0 };
  }

  /** The provider whose price list the model is counted by. */
  override getLsParams(): LangSmithParams {
    return { ls_provider: 'openai', ls_model_name: this.model, ls_model_type: 'chat' };
  }

  override async _generate(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    manager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const turn = this.#fields.script(messages);
    const text = [turn.text, ...turn.calls.map((call) => JSON.stringify(call))].join('\n');
    const usage = toUsage(messages, { text, reasoning: turn.reasoning });
    await this.#wait(FIRST_TOKEN_MS, options.signal);
    await manager?.handleLLMNewToken(turn.reasoning.split(' ')[0] ?? '');
    await this.#wait(usage.output_tokens * TOKEN_MS, options.signal);
    const message = new AIMessage({
      content: [
        { type: 'reasoning', reasoning: turn.reasoning },
        { type: 'text', text: turn.text },
      ],
      tool_calls: turn.calls.map((call, n) => ({ ...call, id: this.#toCallId(n), type: 'tool_call' })),
      usage_metadata: usage,
      response_metadata: {
        model_name: this.model,
        finish_reason: turn.calls.length > 0 ? 'tool_calls' : 'stop',
      },
    });
    return { generations: [{ text: turn.text, message }] };
  }

  #wait(medianMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { random, slowness } = this.#fields.pace;
    return sleep(slowness * logNormal(random, medianMs, SPREAD), undefined, signal && { signal });
  }

  #toCallId(n: number): string {
    return `call_${Math.floor(this.#fields.pace.random() * 2 ** 32).toString(16)}_${n}`;
  }
}
