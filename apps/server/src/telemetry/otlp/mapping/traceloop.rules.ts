import { findJson, findText } from './attributes.rules.ts';
import type { Classified, Mapper } from './classified.ts';

const ROLES: Record<string, Classified['role']> = { workflow: 'run', agent: 'run', task: 'other', tool: 'tool' };

/** Traceloop (OpenLLMetry): its models speak an early gen_ai, what is around them this. */
export const readTraceloop: Mapper = (attributes) => {
  const role = ROLES[findText(attributes, 'traceloop.span.kind') ?? ''];
  if (role === undefined) return null;
  const name = findText(attributes, 'traceloop.entity.name');
  return {
    role,
    mapper: 'traceloop@1',
    name,
    agentName: role === 'run' ? name : undefined,
    session: findText(attributes, 'traceloop.association.properties.session_id'),
    input: findJson(attributes, 'traceloop.entity.input'),
    output: findJson(attributes, 'traceloop.entity.output'),
  };
};
