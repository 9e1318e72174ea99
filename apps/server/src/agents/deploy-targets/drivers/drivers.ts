import type { Context } from '#server/platform/context.ts';
import type { StoredTarget } from '../deploy-targets.store.ts';
import { command } from './command.ts';
import type { Driver } from './driver.ts';
import { kubernetes } from './kubernetes.ts';
import { webhook } from './webhook.ts';

const DRIVERS: Record<StoredTarget['kind'], Driver> = { webhook, command, kubernetes };

export const driverOf = ({ kind }: StoredTarget): Driver => DRIVERS[kind];

/** Tries a target without changing what runs there; says what was seen, or throws a Problem. */
export const testTarget = (ctx: Context, target: StoredTarget): Promise<string> => driverOf(target).test(ctx, target);
