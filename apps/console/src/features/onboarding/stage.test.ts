import { describe, expect, it } from 'vitest';
import type { Onboarding } from '#console/api/contract.ts';
import { isFree, toStage } from './stage.ts';

const AT = '2026-01-01T00:00:00.000Z';
const agent = (post: object) => ({ role: 'assistant' as const, content: JSON.stringify(post), timestamp: AT });
const person = (content: string) => ({ role: 'user' as const, content, timestamp: AT });
const question = { question: 'What for?', options: [{ id: '1', label: 'Fun' }] };
const complete = { status: 'complete', board_type: 'general' };

const session = (change: Partial<Onboarding>): Onboarding => ({
  id: 'id',
  board_id: 'board',
  session_key: 'key',
  status: 'active',
  messages: [],
  draft_goal: null,
  dispatch_state: 'idle',
  last_error: null,
  next_retry_at: null,
  created_at: AT,
  updated_at: AT,
  ...change,
});
const draft_goal = { ...complete, status: 'complete' } as Onboarding['draft_goal'];

describe('whose turn it is', () => {
  it('is the agent’s after the opening and after every answer', () => {
    const waiting = { kind: 'waiting', sinceMs: Date.parse(AT) };
    expect(toStage(session({ messages: [person('start')] }))).toEqual(waiting);
    expect(toStage(session({ messages: [person('start'), agent(question), person('Fun')] }))).toEqual(waiting);
  });

  it('is the person’s after a question, which is counted', () => {
    const messages = [person('start'), agent(question), person('Fun'), agent(question)];
    expect(toStage(session({ messages }))).toEqual({ kind: 'question', number: 2, ...question });
  });

  it('is the person’s when there is a draft; more context brings the agent’s back', () => {
    const messages = [person('start'), agent(question), person('Fun'), agent(complete)];
    expect(toStage(session({ status: 'completed', messages, draft_goal }))).toEqual({ kind: 'draft' });
    const asked = [...messages, person('Think bigger')];
    expect(toStage(session({ status: 'completed', messages: asked, draft_goal })).kind).toBe('waiting');
  });

  it('is nobody’s when it failed or is confirmed', () => {
    const last_error = { code: 'onboarding.agent_silent', message: 'Silent.', at: AT };
    const failed = session({ messages: [person('start')], dispatch_state: 'failed', last_error });
    expect(toStage(failed)).toMatchObject({ kind: 'failed', code: 'onboarding.agent_silent', message: 'Silent.' });
    expect(toStage({ ...failed, status: 'confirmed' })).toEqual({ kind: 'confirmed' });
  });

  it('reads posts that are none as no question', () => {
    const odd = { role: 'assistant' as const, content: 'not JSON', timestamp: AT };
    expect(toStage(session({ messages: [odd] })).kind).toBe('waiting');
    expect(toStage(session({ messages: [agent({ question: 7, options: [] })] })).kind).toBe('waiting');
  });
});

it('knows the options that ask for words of one’s own', () => {
  const free = ['Other', 'Something else', 'Custom…', 'I’ll type it', "I'll type", 'Other (please say)'];
  for (const label of free) expect(isFree({ id: '1', label }), label).toBe(true);
  for (const label of ['Customers', 'Another team', 'Prototype it'])
    expect(isFree({ id: '1', label }), label).toBe(false);
  expect(isFree({ id: 'other', label: 'None of these' })).toBe(true);
});
