import { expect, it } from 'vitest';
import type { DeployTarget } from '#console/api/contract.ts';
import { toChanges, toComplaint, toCreate, toValues } from './target-values.ts';

const AT = '2026-11-24T12:00:00Z';
const workload: DeployTarget = {
  ...{ id: 'd1', name: 'Cluster', kind: 'kubernetes', has_secret: true, version: 3, created_at: AT, updated_at: AT },
  config: { api_url: 'https://k8s.example', namespace: 'shop', deployment: 'refunds', container: 'agent' },
};

it('sends what differs and no secret that nobody typed', () => {
  const values = toValues(workload);
  expect(values.secret).toBe('');
  expect(toChanges(workload, values)).toEqual({ version: 3 });
  expect(toChanges(workload, { ...values, container: ' worker ', secret: 't0k' })).toEqual({
    version: 3,
    config: { api_url: 'https://k8s.example', namespace: 'shop', deployment: 'refunds', container: 'worker' },
    secret: 't0k',
  });
});

it('takes a program line by line and lets a webhook make its own secret', () => {
  const empty = toValues(undefined);
  expect(toCreate({ ...empty, name: 'Swap', kind: 'command', argv: '/opt/swap\n--to prod\n\n' })).toEqual({
    name: 'Swap',
    kind: 'command',
    config: { argv: ['/opt/swap', '--to prod'] },
  });
  expect(toCreate({ ...empty, name: 'CI', url: 'https://ci.example ' })).toEqual({
    name: 'CI',
    kind: 'webhook',
    config: { url: 'https://ci.example' },
  });
});

it('says what is missing for each kind; a token only of a new workload', () => {
  const empty = { ...toValues(undefined), name: 'Prod' };
  expect(toComplaint(empty, true)).toMatch(/https/);
  expect(toComplaint({ ...empty, kind: 'command' }, true)).toMatch(/program/);
  expect(toComplaint(toValues(workload), true)).toMatch(/token/);
  expect(toComplaint(toValues(workload), false)).toBeUndefined();
});
