import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a model is asked, as far as scripts look at it. */
export interface Prompt {
  /** The system prompt: holds the agent's files. */
  system: string;
  /** The last message that a person or Mission Control sent. */
  user: string;
  /** What tools answered since then, oldest first. */
  results: string[];
}

/** What the model does: a command, words, or an error of the provider. */
export type Reply = { exec: string } | { say: string } | { refuse: number };

export interface ScriptedModel {
  /** For the gateway's configuration. */
  url: string;
  /** Every request, as text: to prove what a model did or did not see. */
  requests: string[];
  close(): void;
}

interface ChatMessage {
  role: string;
  content: unknown;
}

const INTERNAL = '<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>';

/** A model with an OpenAI interface that does what `reply` says. */
export async function startModel(reply: (prompt: Prompt) => Reply): Promise<ScriptedModel> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.method === 'GET') {
      sendJson(response, 200, { object: 'list', data: [{ id: 'scripted', object: 'model', owned_by: 'mock' }] });
      return;
    }
    requests.push(body);
    const { messages, model, stream } = JSON.parse(body);
    const answer = reply(toPrompt(messages));
    if ('refuse' in answer) {
      sendJson(response, answer.refuse, { error: { message: 'the script refuses', type: 'mock_error' } });
      return;
    }
    const completion = toCompletion(answer, { id: `chatcmpl-${requests.length}`, model, size: body.length });
    if (stream) sendStream(response, completion);
    else sendJson(response, 200, completion);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const toText = (content: unknown): string =>
  typeof content === 'string'
    ? content
    : Array.isArray(content)
      ? content.map((part) => (typeof part?.text === 'string' ? part.text : '')).join('\n')
      : '';

function toPrompt(messages: ChatMessage[]): Prompt {
  // The gateway adds context blocks of its own in the user's role.
  const isAsked = ({ role, content }: ChatMessage) => role === 'user' && !toText(content).startsWith(INTERNAL);
  const at = messages.findLastIndex(isAsked);
  const since = messages.slice(at + 1).filter(({ role }) => role === 'tool');
  return {
    system: messages
      .filter(({ role }) => role === 'system' || role === 'developer')
      .map(({ content }) => toText(content))
      .join('\n'),
    user: toText(messages[at]?.content),
    results: since.map(({ content }) => toText(content)),
  };
}

interface Completion {
  [field: string]: unknown;
  id: string;
  model: string;
  usage: unknown;
  choices: { message: Record<string, unknown>; finish_reason: string }[];
}

function toCompletion(
  answer: { exec: string } | { say: string },
  { id, model, size }: { id: string; model: string; size: number },
): Completion {
  const usage = { prompt_tokens: Math.ceil(size / 4), completion_tokens: 12, total_tokens: Math.ceil(size / 4) + 12 };
  const call = 'exec' in answer && {
    id: `call_${id}`,
    type: 'function',
    function: { name: 'exec', arguments: JSON.stringify({ command: answer.exec }) },
  };
  const message = {
    role: 'assistant',
    content: 'say' in answer ? answer.say : null,
    ...(call && { tool_calls: [call] }),
  };
  const choice = { index: 0, finish_reason: call ? 'tool_calls' : 'stop', message };
  return { id, model, object: 'chat.completion', created: Math.floor(Date.now() / 1000), usage, choices: [choice] };
}

function sendStream(response: ServerResponse, { usage, choices, ...rest }: Completion): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (chunk: object) =>
    response.write(`data: ${JSON.stringify({ ...rest, object: 'chat.completion.chunk', ...chunk })}\n\n`);
  for (const { message, finish_reason } of choices) {
    const { tool_calls: calls, ...delta } = message;
    const toolCalls = Array.isArray(calls) && { tool_calls: calls.map((call, index) => ({ index, ...call })) };
    send({ choices: [{ index: 0, delta: { ...delta, ...toolCalls }, finish_reason: null }] });
    send({ choices: [{ index: 0, delta: {}, finish_reason }] });
  }
  send({ choices: [], usage });
  response.end('data: [DONE]\n\n');
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
