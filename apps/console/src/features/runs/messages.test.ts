import { describe, expect, it } from 'vitest';
import { newMessages, toMessages } from './messages.ts';

describe('toMessages', () => {
  it('reads the dialects of LangChain, OpenAI and Vercel alike', () => {
    const langchain = toMessages({ messages: [{ type: 'human', content: 'Hi' }] }, 'user');
    const openai = toMessages([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], 'user');
    expect(langchain).toEqual([{ role: 'user', reasoning: '', content: 'Hi', toolCalls: [] }]);
    expect(openai).toEqual(langchain);
  });

  it('tells thoughts from the answer', () => {
    const content = [
      { type: 'reasoning', reasoning: 'First look it up.' },
      { type: 'text', text: 'I start.' },
      { type: 'tool_use', name: 'search' },
    ];
    expect(toMessages({ role: 'assistant', content }, 'assistant')[0]).toMatchObject({
      reasoning: 'First look it up.',
      content: 'I start.',
    });
  });

  it('reads calls of tools in each dialect', () => {
    const call = { name: 'search', args: { q: 'a' } };
    expect(toMessages({ role: 'assistant', content: '', tool_calls: [call] }, 'assistant')[0]?.toolCalls).toEqual([
      call,
    ]);
    const openai = { function: { name: 'search', arguments: '{"q":"a"}' } };
    expect(toMessages({ role: 'assistant', content: '', tool_calls: [openai] }, 'assistant')[0]?.toolCalls).toEqual([
      { name: 'search', args: '{"q":"a"}' },
    ]);
    const vercel = { toolName: 'search', input: { q: 'a' } };
    expect(toMessages({ role: 'assistant', content: '', toolCalls: [vercel] }, 'assistant')[0]?.toolCalls).toEqual([
      call,
    ]);
  });

  it('keeps what is no message as one', () => {
    expect(toMessages('Write a poem', 'user')).toEqual([
      { role: 'user', reasoning: '', content: 'Write a poem', toolCalls: [] },
    ]);
    expect(toMessages({ prompt: 'x' }, 'user')[0]?.content).toEqual({ prompt: 'x' });
    expect(toMessages(undefined, 'user')).toEqual([]);
  });
});

describe('newMessages', () => {
  it('leaves out the history that was shown before', () => {
    const [first, second, third] = toMessages(['a', 'b', 'c'], 'user');
    if (!first || !second || !third) throw new Error('three messages were made');
    expect(newMessages([first, second], [first, second, third])).toEqual([third]);
    expect(newMessages([first], [second, third])).toEqual([second, third]);
  });
});
