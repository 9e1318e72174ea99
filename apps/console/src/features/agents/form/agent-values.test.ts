import { expect, it } from 'vitest';
import type { Agent } from '#console/api/contract.ts';
import { emptyAgent, findFault, toAgentChanges, toAgentCreate, toAgentValues } from './agent-values.ts';

const agent = {
  name: 'Scout',
  board_id: 'b1',
  is_gateway_main: false,
  identity_profile: { role: 'Researcher', purpose: 'finds things' },
  heartbeat_config: { every: '0m', target: 'last', prompt: 'hello' },
  model: null,
  identity_template: null,
  soul_template: 'I am {{ agent_name }}.',
  auto_rollback: true,
  deploy_target_id: 'd1',
  version: 4,
} as unknown as Agent; // only what the form reads

it('sends only what was changed, with the version that was seen', () => {
  const values = toAgentValues(agent);
  expect(toAgentChanges(agent, values)).toEqual({ version: 4 });
  expect(toAgentChanges(agent, { ...values, name: ' Ranger ', model: 'large' })).toEqual({
    version: 4,
    name: 'Ranger',
    model: 'large',
  });
});

it('lets go of a deploy target and of going back by itself', () => {
  const values = { ...toAgentValues(agent), autoRollback: false, deployTargetId: '' };
  expect(toAgentChanges(agent, values)).toEqual({ version: 4, auto_rollback: false, deploy_target_id: null });
});

it('keeps of profile and heartbeat what it does not know', () => {
  const values = { ...toAgentValues(agent), role: '', emoji: ':mag:', every: '10m' };
  expect(toAgentChanges(agent, values)).toEqual({
    version: 4,
    identity_profile: { purpose: 'finds things', emoji: ':mag:' },
    heartbeat_config: { every: '10m', target: 'last', prompt: 'hello' },
  });
});

it('is off, of nobody and on the usual model unless asked otherwise', () => {
  expect(toAgentCreate({ ...emptyAgent, name: 'Scout', boardId: 'b1' })).toEqual({
    name: 'Scout',
    board_id: 'b1',
    identity_profile: null,
    heartbeat_config: { every: 'off' },
    model: null,
    identity_template: null,
    soul_template: null,
  });
});

it('needs a name, a board unless it is the main agent, and a pace', () => {
  const values = { ...emptyAgent, name: 'Scout', boardId: 'b1' };
  expect(findFault(values)).toBeUndefined();
  expect(findFault({ ...values, name: ' ' })).toContain('name');
  expect(findFault({ ...values, boardId: '' })).toContain('board');
  expect(findFault({ ...values, boardId: '', isMain: true })).toBeUndefined();
  expect(findFault({ ...values, every: '5' })).toContain('pace');
});
