import type { DeployTarget } from '#console/api/contract.ts';

export const kindWords: Record<DeployTarget['kind'], string> = {
  webhook: 'Webhook',
  command: 'Command',
  kubernetes: 'Kubernetes',
};

/** What a target reaches, in one line. */
export function describeTarget({ config }: Pick<DeployTarget, 'config'>): string {
  if ('url' in config) return config.url;
  if ('argv' in config) return config.argv.join(' ');
  return `${config.namespace}/${config.deployment}, container ${config.container}`;
}
