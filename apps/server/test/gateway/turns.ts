import { randomUUID } from 'node:crypto';
import { raiseApproval } from './approvals.ts';
import { store } from './methods/chat.ts';
import { announce } from './methods/sessions.ts';
import { ensureSession, maskSecrets, type Run, type Session, sha256, type World } from './world.ts';

/** What a scripted agent does next in a run. */
export type TurnStep =
  /** Ends the turn with a text. */
  | { say: string }
  /** The model has written this so far. */
  | { types: string }
  | ToolStep
  /** The model refuses: the run ends as an error. */
  | { fail: string }
  /** The run stays alive until then. */
  | { until: Promise<unknown> };

export interface ToolStep {
  tool: string;
  args: Record<string, unknown>;
  /** What the tool prints, or how it comes to be known. */
  output?: string | (() => string | Promise<string>);
  exitCode?: number;
  isError?: boolean;
  /** Asks for an approval before it runs. */
  asks?: boolean;
}

export interface TurnMessage {
  agentId: string;
  sessionKey: string;
  runId: string;
  text: string;
}

/** Answers what the agent does with a message; undefined leaves it unanswered: the run never starts. */
export type TurnScript = (message: TurnMessage) => TurnStep[] | undefined;

const ABORTED = Symbol('aborted');

/** Plays one turn of an agent, with the frames and the order that the recorded turns have. */
export async function playTurn(world: World, run: Run, steps: TurnStep[]): Promise<void> {
  const turn = startTurn(world, run);
  const aborted = new Promise<typeof ABORTED>((resolve) => {
    run.abort = () => {
      if (run.state !== 'running') return;
      run.state = 'cancelled';
      turn.abort();
      resolve(ABORTED);
    };
  });
  turn.begin();
  for (const step of steps.some((step) => 'say' in step || 'fail' in step) ? steps : [...steps, { say: 'mock-ok' }]) {
    const ended = await Promise.race([playStep(turn, step), aborted]);
    if (ended === ABORTED || run.state !== 'running') return;
  }
}

type Turn = ReturnType<typeof startTurn>;

async function playStep(turn: Turn, step: TurnStep): Promise<void> {
  if ('until' in step) await step.until;
  else if ('say' in step) turn.say(step.say);
  else if ('types' in step) turn.type(step.types);
  else if ('fail' in step) turn.fail(step.fail);
  else await playTool(turn, step);
}

async function playTool(turn: Turn, step: ToolStep): Promise<void> {
  const toolCallId = `call_mock_${randomUUID().slice(0, 8)}`;
  turn.callTool(step, toolCallId);
  const denial = step.asks ? await turn.askApproval(step, toolCallId) : undefined;
  if (denial !== undefined) {
    turn.endTool(step, toolCallId, { output: denial, isError: true });
    return;
  }
  const output = typeof step.output === 'function' ? await step.output() : (step.output ?? '');
  turn.endTool(step, toolCallId, { output, exitCode: step.exitCode ?? 0, isError: step.isError ?? false });
}

function startTurn(world: World, run: Run) {
  const { runId, sessionKey, agentId } = run;
  const session: Session = ensureSession(world, sessionKey);
  const of = { runId, sessionKey, sessionId: session.sessionId, agentId };
  const startedAt = Date.now();
  let seq = 0;
  let outputTokens = 0;
  let lastOutput = '';

  const agent = (stream: string, data: Record<string, unknown>) => {
    seq += 1;
    world.emit('agent', { ...of, stream, data, seq, ts: Date.now(), isHeartbeat: false });
  };
  const chat = (payload: Record<string, unknown>) =>
    world.emit('chat', { runId, sessionKey, agentId, seq, ...payload });
  const lifecycle = (data: Record<string, unknown>) => agent('lifecycle', data);
  const status = (phase: string) => {
    agent('run_status', { phase });
    chat({ state: 'status', phase });
  };
  /** Frames of tools go as `agent` to the run's starter and as `session.tool` to who subscribed. */
  const tool = (data: Record<string, unknown>) => {
    seq += 1;
    const payload = { ...of, stream: 'tool', data, seq, ts: Date.now(), isHeartbeat: false };
    world.emit('agent', payload, ({ id, caps }) => id === world.starters.get(runId) && caps.has('tool-events'));
    world.emit(
      'session.tool',
      payload,
      ({ id, isSubscribed, caps }) => isSubscribed && !(id === world.starters.get(runId) && caps.has('tool-events')),
    );
  };
  const type = (text: string) => {
    run.text = text;
    agent('assistant', { text, delta: text, itemId: `${randomUUID()}:1` });
    const message = { role: 'assistant', content: [{ type: 'text', text }], timestamp: Date.now() };
    chat({ state: 'delta', deltaText: text, message });
    return message;
  };
  const model = () => {
    status('starting_model');
    lifecycle({ phase: 'model', provider: 'mock', model: 'scripted' });
  };
  const answer = (content: Record<string, unknown>[], stopReason: string, output: number) => {
    outputTokens += output;
    agent('usage', { outputTokens });
    const input = 9000 + session.messages.length * 60;
    const cost = { input: input / 1e6, output: (output * 2) / 1e6, cacheRead: 0, cacheWrite: 0 };
    store(
      world,
      session,
      {
        role: 'assistant',
        content,
        api: 'openai-completions',
        provider: 'mock',
        model: 'scripted',
        usage: {
          input,
          output,
          totalTokens: input + output,
          cacheRead: 0,
          cacheWrite: 0,
          cost: { ...cost, total: cost.input + cost.output },
        },
        stopReason,
        timestamp: Date.now(),
        responseId: `chatcmpl-mock-${randomUUID().slice(0, 8)}`,
      },
      runId,
    );
  };
  const note = (kind: string, action: string, status: string, more: Record<string, unknown> = {}) =>
    world.activity.push({
      schemaVersion: 1,
      sequence: world.activity.length + 1,
      eventId: randomUUID(),
      occurredAt: Date.now(),
      redaction: 'metadata_only',
      ...of,
      kind,
      action,
      status,
      eventType: kind,
      actor: { type: 'agent', id: agentId },
      ...more,
    });

  return {
    begin() {
      status('preparing_workspace');
      status('preparing_context');
      lifecycle({ phase: 'start', startedAt });
      note('agent_run', 'agent.run.started', 'started');
      model();
    },
    callTool({ tool: name, args }: ToolStep, toolCallId: string) {
      answer([{ type: 'toolCall', id: toolCallId, name, arguments: args }], 'toolUse', 9);
      const item = {
        itemId: `tool:${toolCallId}`,
        toolCallId,
        name,
        kind: 'tool',
        title: name,
        commandBearing: name === 'exec',
      };
      agent('item', { ...item, phase: 'start', status: 'running', startedAt: Date.now() });
      tool({ phase: 'start', name, toolCallId, args });
    },
    /** Answers why the tool may not run, or undefined when it may. */
    async askApproval({ tool: toolName, args }: ToolStep, toolCallId: string): Promise<string | undefined> {
      const command = String(args.command ?? '');
      const approval = raiseApproval(world, 'exec', { command, toolName, toolCallId, agentId, sessionKey, runId });
      lifecycle({ phase: 'waiting-approval', approvalId: approval.id, toolCallId });
      const refusal = await approval.ended;
      lifecycle({ phase: 'approval-resolved', approvalId: approval.id, toolCallId });
      return refusal && `Exec denied (gateway id=${approval.id}, ${refusal}): ${command}`;
    },
    endTool({ tool: name }: ToolStep, toolCallId: string, { output, exitCode, isError }: ToolEnd) {
      const shown = maskSecrets(world, exitCode ? `${output}\n\n(Command exited with code ${exitCode})` : output);
      lastOutput = shown;
      const ended = {
        status: isError ? 'failed' : 'completed',
        exitCode: exitCode ?? null,
        durationMs: 25,
        aggregated: shown,
      };
      tool({
        phase: 'result',
        name,
        toolCallId,
        isError,
        commandBearing: name === 'exec',
        result: {
          content: [{ type: 'text', text: shown }],
          details: { ...ended, exitSignal: null, exitReason: 'exit' },
        },
      });
      const failed = isError || exitCode ? 'failed' : 'completed';
      const item = { itemId: `tool:${toolCallId}`, toolCallId, name, kind: 'tool', title: name };
      agent('item', { ...item, phase: 'end', status: failed, startedAt: Date.now() - 25, endedAt: Date.now() });
      agent('command_output', {
        itemId: `command:${toolCallId}`,
        phase: 'end',
        toolCallId,
        name,
        output: shown,
        ...ended,
      });
      store(
        world,
        session,
        {
          role: 'toolResult',
          toolCallId,
          toolName: name,
          content: [{ type: 'text', text: shown }],
          isError,
          timestamp: Date.now(),
        },
        runId,
      );
      note('tool_action', 'tool.action.finished', isError ? 'failed' : 'succeeded', {
        toolName: name,
        toolCallId: `sha256:${sha256(toolCallId)}`,
      });
      lifecycle({ phase: 'model', provider: 'mock', model: 'scripted' });
    },
    type,
    say(words: string) {
      const text = words.replaceAll('{{last}}', lastOutput);
      const message = type(text);
      answer([{ type: 'text', text }], 'stop', 1);
      lifecycle({ phase: 'finishing', stopReason: 'stop', aborted: false, endedAt: Date.now() });
      lifecycle({ phase: 'model', provider: null, model: null });
      run.state = 'ok';
      lifecycle({
        phase: 'end',
        stopReason: 'stop',
        aborted: false,
        startedAt,
        endedAt: Date.now(),
        executionSettled: true,
      });
      chat({ state: 'final', stopReason: 'stop', message });
      note('agent_run', 'agent.run.finished', 'succeeded');
      announce(world, session, 'agent.input.settled');
    },
    fail(errorMessage: string) {
      run.state = 'error';
      const errorDetail = { provider: 'mock', model: 'scripted', failoverReason: 'format' };
      lifecycle({ phase: 'error', startedAt, endedAt: Date.now(), error: errorMessage, errorObservation: errorDetail });
      chat({ state: 'error', errorMessage, errorDetail });
      // The second one has a number of its own and no agent.
      world.emit('chat', {
        runId,
        sessionKey,
        seq: 1,
        state: 'error',
        errorMessage: `Agent failed before reply: ${errorMessage}`,
      });
      note('agent_run', 'agent.run.finished', 'failed', { errorCode: 'format' });
    },
    abort() {
      chat({ state: 'aborted', stopReason: 'rpc', seq: seq + 1 });
      lifecycle({
        phase: 'end',
        status: 'cancelled',
        aborted: true,
        stopReason: 'rpc',
        startedAt,
        endedAt: Date.now(),
      });
      note('agent_run', 'agent.run.finished', 'cancelled');
      announce(world, session, 'abort');
    },
  };
}

interface ToolEnd {
  output: string;
  exitCode?: number;
  isError: boolean;
}
