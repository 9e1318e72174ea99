import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { CommandConfig } from '../deploy-targets.schema.ts';
import type { Driver, SwapOrder } from './driver.ts';

const TIMEOUT_MS = 120_000;

/** All that the program sees of our environment, which holds secrets. */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' };

/** Runs `config.argv` on this host, without a shell, the order on its standard input; exit code 0 is accepted. */
export const command: Driver = {
  async swap(ctx, { config }, order) {
    assertAllowed(ctx);
    await run(CommandConfig.parse(config).argv, order);
    return 'accepted';
  },
  async test(ctx, { config }) {
    assertAllowed(ctx);
    const [program = ''] = CommandConfig.parse(config).argv;
    if (!isAbsolute(program)) return `${program} is looked for in ${ENVIRONMENT.PATH} when it runs.`;
    await access(program, constants.X_OK).catch(() => {
      throw new Problem('target.unreachable', 502, `${program} cannot be run on the host of this server.`);
    });
    return `${program} is there and can be run.`;
  },
};

function assertAllowed({ config }: Context): void {
  if (!config.allowCommandTargets)
    throw new Problem('target.forbidden', 422, 'Commands are not allowed here: ALLOW_COMMAND_TARGETS is not set.');
}

function run([program = '', ...args]: string[], order: SwapOrder): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...ENVIRONMENT, IDEMPOTENCY_KEY: order.deployment_id };
    const child = spawn(program, args, {
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    child.on('error', () =>
      reject(new Problem('target.unreachable', 502, 'The program could not be started.', { isRetryable: false })),
    );
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else if (signal !== null) reject(new Problem('target.timeout', 502, `The program was ended by ${signal}.`));
      else reject(new Problem('target.refused', 502, `The program ended with exit code ${code}.`));
    });
    child.stdin.on('error', () => undefined); // a program need not read its order; its exit code decides
    child.stdin.end(JSON.stringify(order));
  });
}
