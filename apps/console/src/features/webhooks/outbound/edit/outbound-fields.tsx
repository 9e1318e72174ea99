import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { eventTypesQuery } from '#console/api/queries/govern/outbound-webhooks.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { Check } from '#console/ui/control/check.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Skeleton } from '#console/ui/feedback/states.tsx';
import type { OutboundValues } from './outbound-values.ts';

interface FieldsProps {
  values: OutboundValues;
  onChange: (part: Partial<OutboundValues>) => void;
}

/** Name, address, types of facts and boards. */
export function OutboundFields({ values, onChange }: FieldsProps) {
  return (
    <>
      <Field label="Name" hint="For example the receiving system.">
        {(ids) => (
          <TextInput
            {...ids}
            data-autofocus
            maxLength={200}
            value={values.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Address" hint="Each fact is posted there as JSON. Addresses of private networks are refused.">
        {(ids) => (
          <TextInput
            {...ids}
            type="url"
            className="font-mono"
            placeholder="https://"
            value={values.url}
            onChange={(event) => onChange({ url: event.target.value })}
          />
        )}
      </Field>
      <TypeChoice types={values.types} onChange={(types) => onChange({ types })} />
      <BoardChoice boards={values.boards} onChange={(boards) => onChange({ boards })} />
    </>
  );
}

const toggled = (list: readonly string[], item: string) =>
  list.includes(item) ? list.filter((other) => other !== item) : [...list, item];

function TypeChoice({ types, onChange }: { types: readonly string[]; onChange: (types: readonly string[]) => void }) {
  const all = useQuery(eventTypesQuery).data;
  const groups = useMemo(() => groupByNoun(all ?? []), [all]);
  const isEvery = types.includes('*');
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium">Sends</legend>
      <Check label="Every fact" isChecked={isEvery} onChange={(isOn) => onChange(isOn ? ['*'] : [])} />
      {!isEvery && !all && <Skeleton className="h-56 w-full" />}
      {!isEvery && all && (
        <div className="grid max-h-56 gap-3 overflow-y-auto rounded border px-3 py-2.5">
          {groups.map(([noun, members]) => (
            <div key={noun} className="grid gap-1">
              <p className="text-sm text-fg-3">{noun}</p>
              <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2">
                {members.map((type) => (
                  <Check
                    key={type}
                    label={<span className="font-mono text-sm break-all">{type}</span>}
                    isChecked={types.includes(type)}
                    onChange={() => onChange(toggled(types, type))}
                  />
                ))}
              </div>
            </div>
          ))}
        </div>
      )}
    </fieldset>
  );
}

function groupByNoun(types: readonly string[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const type of types) {
    const noun = type.split('.')[0] ?? type;
    groups.set(noun, [...(groups.get(noun) ?? []), type]);
  }
  return [...groups];
}

interface BoardChoiceProps {
  boards: readonly string[] | null;
  onChange: (boards: readonly string[] | null) => void;
}

function BoardChoice({ boards, onChange }: BoardChoiceProps) {
  const all = useQuery(boardsQuery).data?.items ?? [];
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1.5 font-medium">Of</legend>
      <Check
        label="All boards and the organization"
        isChecked={boards === null}
        onChange={(isOn) => onChange(isOn ? null : [])}
      />
      {boards !== null && (
        <div className="grid max-h-40 gap-x-4 gap-y-1 overflow-y-auto rounded border px-3 py-2.5 sm:grid-cols-2">
          {all.map(({ id, name }) => (
            <Check
              key={id}
              label={<ForeignText text={name} />}
              isChecked={boards.includes(id)}
              onChange={() => onChange(toggled(boards, id))}
            />
          ))}
        </div>
      )}
    </fieldset>
  );
}
