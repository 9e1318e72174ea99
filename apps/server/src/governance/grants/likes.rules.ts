import type { GrantConsume, Pins } from './grants.schema.ts';

/** What leave is for: one call, or with `pins` all of its run that are like it. */
export interface GrantedCall {
  step_key: string;
  args_hash: string;
  run_id: string;
  tool: string | null;
  pins: Pins | null;
}

/** Whether leave covers a call: the one that people saw, or one of the same run and tool that fits what they saw of it. */
export function isCovered(granted: GrantedCall, call: GrantConsume): boolean {
  if (granted.step_key === call.step_key && granted.args_hash === call.args_hash) return true;
  const { pins } = granted;
  return (
    pins !== null &&
    call.like !== undefined &&
    call.like.run_id === granted.run_id &&
    call.like.tool === granted.tool &&
    fits(pins, call.like.pins)
  );
}

/** The same paths: numbers at most as large, everything else equal. */
function fits(granted: Pins, asked: Pins): boolean {
  const paths = Object.keys(granted);
  return (
    paths.length > 0 &&
    paths.length === Object.keys(asked).length &&
    paths.every((path) => {
      const [most, is] = [granted[path], asked[path]];
      return typeof most === 'number' && typeof is === 'number' ? is <= most : is !== undefined && is === most;
    })
  );
}
