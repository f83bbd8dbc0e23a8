import type { ComponentChildren } from 'preact';
import type { TaskDetail, TaskRow } from '../../../types/index.js';
import {
  type Column,
  CopyButton,
  Duration,
  Facts,
  Json,
  Loaded,
  Nothing,
  Page,
  Section,
  StateBadge,
  Table,
  Time,
} from '../../components/index.js';
import { shortName } from '../../lib/format.js';
import { term } from '../../lib/query.js';
import { useLoad } from '../../lib/use-load.js';
import { TaskActions } from './actions.js';
import { Graph } from './graph.js';
import { ErrorDetails, Logs } from './outcome.js';
import { Timeline } from './timeline.js';
import './task.css';

/** Everything that is known of one task. */
export function TaskPage({ params }: { params: Record<string, string> }) {
  const id = params.id!;
  const load = useLoad<TaskDetail>(`api/tasks/${encodeURIComponent(id)}`, { every: (data) => (data?.finishedAt ? 20 : 2) });
  const task = load.data;
  return (
    <Page
      title={task ? shortName(task.name) : 'Task'}
      lead={task ? <Lead task={task} /> : <code>{id}</code>}
      aside={task && <TaskActions task={task} onDone={load.reload} />}
    >
      <Loaded of={load}>{(task) => <Details task={task} />}</Loaded>
    </Page>
  );
}

function Lead({ task: { id, name, status } }: { task: TaskDetail }) {
  return (
    <>
      <StateBadge status={status} />
      <a href={`names/${encodeURIComponent(name)}`}>{name}</a>
      <code>{id}</code>
      <CopyButton text={id} label="Copy the id" />
    </>
  );
}

function Details({ task }: { task: TaskDetail }) {
  return (
    <div class="detail">
      <div class="stack">
        {task.error && <ErrorDetails error={task.error} />}
        <Section title="Arguments">
          <div class="card-body">
            <Json value={task.args} label="Arguments" />
          </div>
        </Section>
        {task.status === 'SUCCESS' && (
          <Section title="Result">
            <div class="card-body">
              <Json value={task.result} label="Result" />
            </div>
          </Section>
        )}
        {task.progress !== null && (
          <Section title="Progress">
            <div class="card-body">
              <Json value={task.progress} label="Progress" />
            </div>
          </Section>
        )}
        <Logs lines={task.logs} />
        {task.code && <Code code={task.code} />}
      </div>
      <div class="stack">
        <Section title="About it">
          <Facts items={factsOf(task)} />
        </Section>
        <Section title="Timeline">
          <Timeline steps={task.timeline} />
        </Section>
      </div>
      <div class="stack detail-whole">
        <Graph id={task.id} />
        <Section
          title="Its last runs under the same name"
          aside={<a href={`tasks?query=${encodeURIComponent(term('name', task.name))}`}>All of them</a>}
        >
          <Table
            caption="Last runs under the same name"
            columns={sameTaskColumns}
            rows={task.sameTask}
            rowKey={({ id }) => id}
            rowHref={({ id }) => `tasks/${encodeURIComponent(id)}`}
            empty={<p class="card-body muted">There are no others.</p>}
          />
        </Section>
      </div>
    </div>
  );
}

function factsOf({
  queue,
  worker,
  retries,
  contract,
  runtimeMs,
  parentId,
  rootId,
  groupId,
  id,
}: TaskDetail): [string, ComponentChildren][] {
  const taskLink = (other: string) => <a href={`tasks/${encodeURIComponent(other)}`}>{other}</a>;
  return [
    ['Queue', <a href={`queues/${encodeURIComponent(queue)}`}>{queue}</a>],
    ['Worker', worker ? <a href={`workers/${encodeURIComponent(worker)}`}>{worker}</a> : <Nothing />],
    ['Runtime', <Duration ms={runtimeMs} />],
    ['Retries', contract ? `${retries} of ${contract.maxRetries}` : retries],
    ...(parentId ? [['Follows', taskLink(parentId)] as [string, ComponentChildren]] : []),
    ...(rootId && rootId !== id ? [['Began with', taskLink(rootId)] as [string, ComponentChildren]] : []),
    ...(groupId ? [['Group', <code>{groupId}</code>] as [string, ComponentChildren]] : []),
  ];
}

function Code({ code }: { code: { delay: string; call: string } }) {
  return (
    <Section title="The same call as code">
      <div class="card-body stack">
        <CodeLine label="TypeScript" text={code.delay} />
        <CodeLine label="Command line" text={code.call} />
      </div>
    </Section>
  );
}

function CodeLine({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <div class="code-head">
        <span class="muted">{label}</span>
        <CopyButton text={text} label={`Copy as ${label === 'TypeScript' ? 'code' : 'command'}`} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard */}
      <pre class="code" tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}

const sameTaskColumns: Column<TaskRow>[] = [
  { key: 'enqueuedAt', label: 'Enqueued', cell: ({ enqueuedAt }) => <Time at={enqueuedAt} exact /> },
  { key: 'status', label: 'State', cell: ({ status }) => <StateBadge status={status} /> },
  {
    key: 'runtimeMs',
    label: 'Runtime',
    number: true,
    cell: ({ runtimeMs }) => <Duration ms={runtimeMs} />,
  },
  { key: 'worker', label: 'Worker', minor: true, cell: ({ worker }) => worker ?? <Nothing /> },
];
