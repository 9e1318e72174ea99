import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { DeployTarget } from './deploy-targets.schema.ts';

const define = (verb: string) =>
  defineEvent({
    type: `deploy_target.${verb}`,
    subject: 'deploy_target',
    schema: z.object({ deploy_target: DeployTarget }),
    topics: () => ['agents'],
    audit: ({ deploy_target: { name, kind, config } }) => ({
      name,
      kind,
      ...('url' in config ? { host: new URL(config.url).host } : {}),
      ...('argv' in config ? { program: config.argv[0]?.slice(0, 200) } : {}),
      ...('api_url' in config
        ? { host: new URL(config.api_url).host, workload: `${config.namespace}/${config.deployment}` }
        : {}),
    }),
  });

export const deployTargetCreated = define('created');
export const deployTargetUpdated = define('updated');
export const deployTargetDeleted = define('deleted');
