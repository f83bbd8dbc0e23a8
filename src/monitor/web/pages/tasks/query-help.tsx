import { useState } from 'preact/hooks';
import type { QueryHelp } from '../../../types/index.js';
import { type Column, Dialog, Icon, Loaded, Table } from '../../components/index.js';
import { useLoad } from '../../lib/use-load.js';

const columns: Column<QueryHelp['operators'][number]>[] = [
  { key: 'operator', label: 'Term', cell: ({ operator }) => <code>{operator}</code> },
  { key: 'meaning', label: 'Finds', cell: ({ meaning }) => meaning },
  { key: 'example', label: 'Example', minor: true, cell: ({ example }) => <code>{example}</code> },
];

/** Opens the words of the query language. */
export function QueryHelpButton() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button" aria-label="Help with the query" onClick={() => setOpen(true)}>
        <Icon name="help" />
        <span>Help</span>
      </button>
      {open && (
        <Dialog title="How to search" wide onClose={() => setOpen(false)}>
          <Operators />
        </Dialog>
      )}
    </>
  );
}

function Operators() {
  const load = useLoad<QueryHelp>('api/query-help');
  return (
    <Loaded of={load}>
      {({ operators }) => (
        <Table caption="Terms of a query" columns={columns} rows={operators} rowKey={({ operator }) => operator} empty={null} />
      )}
    </Loaded>
  );
}
