import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { Serialized } from '@langchain/core/load/serializable';
import type { BaseMessage } from '@langchain/core/messages';
import type { LLMResult } from '@langchain/core/outputs';
import { activeClient, type Client } from '../client.ts';
import { nowMicros } from '../clock.ts';
import { toFailure } from '../errors-of-host.ts';
import type { Captured } from '../payloads/capture.ts';
import { currentPlace } from '../runs/context.ts';
import { ROOT_KEY } from '../runs/keys.ts';
import type { Run } from '../runs/run.ts';
import type { Step, StepClosing, StepOpening } from '../runs/step.ts';
import { safely, warnOnce } from '../safely.ts';
import { findAnswer, listReasoning, toModelClosing } from './messages.ts';
import { findStep, isGuarded, leave, placeAt } from './places.ts';

type Metadata = Record<string, unknown> | undefined;
type Tags = string[] | undefined;
type Id = string | undefined;
/** What LangChain 1.2 passes: its declared types have the parent and the name elsewhere. */
type ChainStart = [
  chain: Serialized,
  inputs: unknown,
  id: string,
  parentId?: Id,
  tags?: Tags,
  metadata?: Metadata,
  type?: Id,
  name?: Id,
];
type ChatModelStart = [
  model: Serialized,
  messages: BaseMessage[][],
  id: string,
  parentId?: Id,
  extra?: Metadata,
  tags?: Tags,
  metadata?: Metadata,
];
type ToolStart = [
  tool: Serialized,
  input: unknown,
  id: string,
  parentId?: Id,
  tags?: Tags,
  metadata?: Metadata,
  name?: Id,
];
type Opening = Omit<StepOpening, 'parentKey'>;

/** Writes what LangChain's callbacks tell as steps. It never stops anything: LangChain swallows what callbacks throw. */
export class Observer extends BaseCallbackHandler {
  readonly name = 'mission-control';
  /** Inline, in the order of events and in the async context of the run. */
  override awaitHandlers = true;
  readonly #open = new Map<string, Step>();
  readonly #firstTokenAt = new Map<string, number>();

  override handleChainStart(...[, inputs, id, parentId, tags, metadata, , name]: ChainStart): void {
    this.#observe((client, run) => {
      if (!isNode(tags)) return placeAt(id, findStep(parentId, run));
      const node = name ?? String(metadata?.langgraph_node ?? 'node');
      const framework = { name: 'langgraph-js', node, step: metadata?.langgraph_step };
      const input = captureState(client, run, inputs);
      this.#start(client, run, { id, parentId, opening: { kind: 'other', name: node, input, framework } });
    });
  }

  override handleChainEnd(outputs: unknown, id: string): void {
    this.#end(id, (client, { run }) => ({ status: 'ok', output: captureState(client, run, outputs) }));
  }

  override handleChainError(error: unknown, id: string): void {
    this.#end(id, () => toFailure(error));
  }

  override handleChatModelStart(...[model, messages, id, parentId, extra, , metadata]: ChatModelStart): void {
    this.#observe((client, run) => {
      const name = toModelName(model, extra, metadata);
      const input = client.recorder.captureMessages(run, messages[0] ?? []);
      const provider = typeof metadata?.ls_provider === 'string' ? metadata.ls_provider : undefined;
      this.#start(client, run, { id, parentId, opening: { kind: 'llm', name, model: name, provider, input } });
    });
  }

  override handleLLMNewToken(_token: string, _index: unknown, id: string): void {
    if (!this.#firstTokenAt.has(id) && this.#open.has(id)) this.#firstTokenAt.set(id, nowMicros());
  }

  override handleLLMEnd(result: LLMResult, id: string): void {
    const firstTokenAt = this.#firstTokenAt.get(id);
    this.#firstTokenAt.delete(id);
    this.#end(id, (client, step) => {
      const answer = findAnswer(result);
      listReasoning(answer).forEach((text, n) => {
        client.recorder.tell(
          step.run,
          'reason',
          { key: step.key, n },
          { text: client.recorder.capture(step.run, text) },
        );
      });
      const stream = firstTokenAt !== undefined && { stream: true, ttftUs: firstTokenAt - step.startedAt };
      const said = answer ?? result.generations[0]?.[0]?.text;
      return { status: 'ok', output: client.recorder.capture(step.run, said), ...toModelClosing(answer), ...stream };
    });
  }

  override handleLLMError(error: unknown, id: string): void {
    this.#firstTokenAt.delete(id);
    this.#end(id, () => toFailure(error));
  }

  /** A guarded tool records itself. */
  override handleToolStart(...[, input, id, parentId, , , name = 'tool']: ToolStart): void {
    this.#observe((client, run) => {
      if (isGuarded(name)) return;
      warnOnce(`the tool ${name} runs without guard(): it is observed, and cannot be stopped`);
      const captured = client.recorder.capture(run, input, { tool: name, part: 'args' });
      this.#start(client, run, { id, parentId, opening: { kind: 'tool', name, input: captured } });
    });
  }

  override handleToolEnd(output: unknown, id: string): void {
    this.#end(id, (client, step) => ({
      status: 'ok',
      output: client.recorder.capture(step.run, output, { tool: step.name, part: 'result' }),
    }));
  }

  override handleToolError(error: unknown, id: string): void {
    this.#end(id, () => toFailure(error));
  }

  #observe(work: (client: Client, run: Run) => void): void {
    const client = activeClient();
    const run = currentPlace()?.run;
    if (client && run) safely('observing LangChain', () => work(client, run));
  }

  #start(
    client: Client,
    run: Run,
    { id, parentId, opening }: { id: string; parentId: string | undefined; opening: Opening },
  ): Step {
    const known = this.#open.get(id);
    if (known) return known; // the handler was passed twice, by a graph and by one within it
    const parent = findStep(parentId, run) ?? currentPlace()?.step;
    const step = client.recorder.openStep(run, { ...opening, parentKey: parent?.key ?? ROOT_KEY });
    this.#open.set(id, step);
    placeAt(id, step);
    return step;
  }

  #end(id: string, toClosing: (client: Client, step: Step) => StepClosing): void {
    const client = activeClient();
    const step = this.#open.get(id);
    this.#open.delete(id);
    leave(id);
    if (client && step) safely('observing LangChain', () => client.recorder.closeStep(step, toClosing(client, step)));
  }
}

/** A state of messages alone is captured message by message: each node repeats the history. */
function captureState(client: Client, run: Run, state: unknown): Captured | undefined {
  const { messages, ...others } = (state ?? {}) as { messages?: unknown };
  const isHistory = Array.isArray(messages) && Object.keys(others).length === 0;
  return isHistory ? client.recorder.captureMessages(run, messages) : client.recorder.capture(run, state);
}

/** LangGraph tags the run of each node with its step; what it hides from traces is its own machinery. */
const isNode = (tags: string[] = []): boolean =>
  tags.some((tag) => tag.startsWith('graph:step:')) && !tags.includes('langsmith:hidden');

function toModelName(model: Serialized, extra: Record<string, unknown> | undefined, metadata: Metadata): string {
  const parameters = (extra?.invocation_params ?? {}) as { model?: unknown; model_name?: unknown };
  const name = metadata?.ls_model_name ?? parameters.model ?? parameters.model_name ?? model.id.at(-1);
  return typeof name === 'string' ? name : 'model';
}
