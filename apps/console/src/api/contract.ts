import type { components } from '@mission-control/sdk/api';

type Schemas = components['schemas'];

export type Agent = Schemas['AgentRead'];
export type AgentDetail = Schemas['AgentDetail'];
export type AgentFigures = Schemas['AgentFigures'];
export type AgentVersion = Schemas['AgentVersion'];
export type Manifest = Schemas['Manifest'];
export type VersionChange = Schemas['VersionChange'];
export type Overview = Schemas['Overview'];
export type Run = Schemas['Run'];
export type RunDetail = Schemas['RunDetail'];
export type RunEvent = Schemas['RunEvent'];
export type RunRef = Schemas['RunRef'];
export type Payload = Schemas['Payload'];
export type Step = Schemas['Step'];
export type StepSkeleton = Schemas['StepSkeleton'];
export type Violation = Schemas['Violation'];
export type ServiceKey = Schemas['ServiceKey'];
