import { StepKind } from '../../steps/steps.schema.ts';
import { findText } from './attributes.rules.ts';
import type { Mapper } from './classified.ts';

/** Our own attributes, for whoever instruments by hand. */
export const readOwn: Mapper = (attributes) => {
  const kind = findText(attributes, 'mc.step.kind');
  const role = StepKind.options.find((option) => option === kind) ?? (kind === 'run' ? 'run' : undefined);
  return role === undefined ? null : { role, mapper: 'own@1' };
};
