import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeMember } from '../../../test/make.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const preview = (template: string, headers: Record<string, string> = app.owner.headers) =>
  app.router.inject({ method: 'POST', url: '/api/v1/agents/templates/preview', headers, payload: { template } });

it('shows what a template reads like', async () => {
  expect((await preview('{% if is_main_agent == "false" %}I am {{ agent_name | upper }}.{% endif %}')).json()).toEqual({
    text: 'I am NAME.',
  });
});

it('names the line of what cannot be rendered', async () => {
  const answer = await preview('one\n{{ nobody }}');
  expect([answer.statusCode, answer.json().code]).toEqual([422, 'template.invalid']);
  expect(answer.json().detail).toMatchObject({ line: 2, reason: expect.stringContaining('nobody') });
});

it('is for admins', async () => {
  const member = await makeMember(app, app.owner.orgId, { all_boards_write: true });
  expect((await preview('x', member.headers)).json().code).toBe('auth.forbidden');
});
