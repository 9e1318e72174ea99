export type { RedactionSite } from './paths.ts';
export { createRedactor, type Redactor, type RedactorOptions } from './redactor.ts';
export type { RedactionMode, RedactionRule, RedactionSettings } from './rules.ts';
