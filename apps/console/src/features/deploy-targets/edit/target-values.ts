import type { DeployTarget } from '#console/api/contract.ts';
import type { DeployTargetCreate, DeployTargetUpdate } from '#console/api/queries/govern/deploy-targets.ts';

/** What the form holds, of every kind; what is not of the chosen kind is left out when it is sent. */
export interface TargetValues {
  name: string;
  kind: DeployTarget['kind'];
  url: string;
  /** A line for the program, then one for each argument. */
  argv: string;
  apiUrl: string;
  namespace: string;
  deployment: string;
  container: string;
  ca: string;
  /** Never filled from the server: empty leaves what is set. */
  secret: string;
}

const EMPTY: TargetValues = {
  name: '',
  kind: 'webhook',
  url: '',
  argv: '',
  apiUrl: '',
  namespace: 'default',
  deployment: '',
  container: '',
  ca: '',
  secret: '',
};

export function toValues(target: DeployTarget | undefined): TargetValues {
  if (!target) return EMPTY;
  const { name, kind, config } = target;
  if ('url' in config) return { ...EMPTY, name, kind, url: config.url };
  if ('argv' in config) return { ...EMPTY, name, kind, argv: config.argv.join('\n') };
  const { api_url: apiUrl, namespace, deployment, container, ca = '' } = config;
  return { ...EMPTY, name, kind, apiUrl, namespace, deployment, container, ca };
}

const isAddress = (text: string) => /^https?:\/\/./.test(text.trim());

/** What is still missing, as a sentence. */
export function toComplaint(values: TargetValues, isNew: boolean): string | undefined {
  if (values.name.trim() === '') return 'Give it a name, to choose it by later.';
  switch (values.kind) {
    case 'webhook':
      return isAddress(values.url) ? undefined : 'The address begins with https://.';
    case 'command':
      return toArgv(values).length === 0 ? 'Say which program is run.' : undefined;
    case 'kubernetes':
      return toWorkloadComplaint(values, isNew);
  }
}

function toWorkloadComplaint({ apiUrl, namespace, deployment, container, secret }: TargetValues, isNew: boolean) {
  if (!isAddress(apiUrl)) return 'The address of the cluster begins with https://.';
  if ([namespace, deployment, container].some((name) => name.trim() === ''))
    return 'Name the namespace, the deployment and the container.';
  return isNew && secret.trim() === '' ? 'The cluster asks for a token.' : undefined;
}

const toArgv = ({ argv }: TargetValues) =>
  argv
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const toKubernetes = ({ apiUrl, namespace, deployment, container, ca }: TargetValues) => ({
  api_url: apiUrl.trim(),
  namespace: namespace.trim(),
  deployment: deployment.trim(),
  container: container.trim(),
  ...(ca.trim() !== '' && { ca: ca.trim() }),
});

export function toCreate(values: TargetValues): DeployTargetCreate {
  const name = values.name.trim();
  const secret = values.secret.trim();
  const { kind } = values;
  switch (kind) {
    case 'webhook':
      return { name, kind, config: { url: values.url.trim() }, ...(secret !== '' && { secret }) };
    case 'command':
      return { name, kind, config: { argv: toArgv(values) } };
    case 'kubernetes':
      return { name, kind, config: toKubernetes(values), secret };
  }
}

/** Only what differs, with the version that was seen. */
export function toChanges(target: DeployTarget, values: TargetValues): DeployTargetUpdate {
  const before = toCreate(toValues(target));
  const { name, config } = toCreate(values);
  const secret = values.kind === 'command' ? '' : values.secret.trim();
  return {
    version: target.version,
    ...(name !== before.name && { name }),
    ...(JSON.stringify(config) !== JSON.stringify(before.config) && { config }),
    ...(secret !== '' && { secret }),
  };
}
