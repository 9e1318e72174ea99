import { expect, it } from 'vitest';
import { isHeartbeatInterval, isHeartbeatOff, toHeartbeatConfig } from './heartbeats.rules.ts';

it('knows intervals from 30 seconds to 7 days, and off', () => {
  for (const every of ['30s', '10m', '24h', '7d', '168h', '0', '0m', 'off'])
    expect(isHeartbeatInterval(every), every).toBe(true);
  for (const every of ['29s', '8d', '169h', '1w', '10', '-5m', '1.5h', '', ' 10m', '0010m', '9999999s'])
    expect(isHeartbeatInterval(every), every).toBe(false);
  expect([isHeartbeatOff('0m'), isHeartbeatOff('10m')]).toEqual([true, false]);
});

it('is off unless asked for, and keeps keys that it does not know', () => {
  expect(toHeartbeatConfig({})).toEqual({ every: '0m', target: 'last', includeReasoning: false });
  expect(toHeartbeatConfig({ every: '10m', extra: 1 })).toMatchObject({ every: '10m', extra: 1, target: 'last' });
});
