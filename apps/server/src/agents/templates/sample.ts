import { renderTemplate } from './engine.ts';
import { toVariables } from './variables.rules.ts';

const SAMPLE = toVariables({
  agent: { id: 'id', name: 'name', kind: 'worker', gateway_id: 'id', session_key: 'key', identity_profile: {} },
  ...{ board: null, user: null, soul: null },
  gateway: { workspace_root: '/root', server_version: null },
  workspacePath: '/root/workspace',
  baseUrl: 'https://control.example.com',
  credential: { mode: 'file', variable: '', token: null },
});

/** A template as it would read for an agent of no board. Throws `template.invalid`, with the place. */
export const renderSample = (source: string): string => renderTemplate(source, SAMPLE);

/** Throws `template.invalid`, with the place, for a template that would not render for an agent of any kind. */
export const assertTemplate = (source: string): void => {
  renderSample(source);
};
