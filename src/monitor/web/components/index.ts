/**
 * The parts that pages are made of.
 *
 * Page, Section            a page with its title (also the tab's); a card with a heading
 * Tabs                     the way between pages that belong together
 * Loaded                   `<Loaded of={useLoad<T>('api/…')}>{(data) => …}</Loaded>`: skeleton, error with retry, then the content
 * Empty, Notice, Skeleton  nothing to show; a sentence that needs attention; grey bars
 * Table, sortRows          columns with `cell(row)`; `rowHref` makes rows links; sorting here or, by `onSort`, on the server
 * Pager, TextFilter        the way to a list's other pages (its own in the URL is `usePageNumber()`); a text that narrows it, once it is finished
 * Tile, Tiles, Facts       a figure with its name; a row of them; names with values
 * Chart, Sparkline         figures over time (lines or stacked bars), with the same as a table; a small line
 * OutcomeChart, LatencyChart  what became of runs, and how long they took, from `MinutePoint`s
 * StateBadge, Badge        a task's state; any other state: always a word with a picture, never a colour alone
 * PausedBadge, QueueBadges  that something is held back; that a queue is, or that nobody serves it
 * TaskName                 a task's short name, its full one as the title
 * Time, Duration, Nothing  `<Time at={iso} />`: how long ago, in the reader's zone; `<Duration ms={90} />`; a dash where there is no value
 * Json, CopyButton         a JSON value as a tree; copies a text
 * ActionButton             a button that asks first, works, and tells how it ended; not there in read-only mode
 * Dialog, Field            a modal window; a labelled input with its hint and error
 * Form, FormDialog         fields that are sent, with what went wrong below them; the same in a window, which closes when they are
 * ArgumentsDialog          asks for a task's arguments as JSON, and runs it with them
 * Choice, WindowChoice     one of a few; the time window in the URL (`useWindow()`)
 * Icon                     a picture beside words
 *
 * Beside them, in lib: `useLoad(path, { every })`, `useSnapshot()` (live, every 2 s), `get`, `post`, `act` and `toast`,
 * `usePlace`, `navigate` and `withQuery` (filters live in the URL), `useSession`, `useCanAct`, and the words of format.ts.
 * Links are plain: `<a href="queues/email">`, relative to the app's base. A new page is a line in routes.tsx.
 */
export { ActionButton } from './action.js';
export { ArgumentsDialog } from './arguments-dialog.js';
export { Chart, type ChartSeries, type ChartTone } from './chart.js';
export { Choice } from './choice.js';
export { CopyButton } from './copy.js';
export { Dialog } from './dialog.js';
export { Field } from './field.js';
export { Form, FormDialog } from './form-dialog.js';
export { Icon, type IconName } from './icon.js';
export { Json } from './json.js';
export { Empty, Loaded, Notice, Skeleton } from './loaded.js';
export { Page, Section } from './page.js';
export { Pager, usePageNumber } from './pager.js';
export { PausedBadge, QueueBadges } from './queue-badges.js';
export { LatencyChart, OutcomeChart } from './run-charts.js';
export { Sparkline } from './sparkline.js';
export { Badge, StateBadge, stateWords, TaskName, type Tone } from './state.js';
export { type Column, sortRows, Table } from './table.js';
export { Tabs } from './tabs.js';
export { TextFilter } from './text-filter.js';
export { Facts, Tile, Tiles } from './tile.js';
export { Duration, Nothing, Time } from './time.js';
export { Toasts } from './toasts.js';
export { useWindow, WindowChoice } from './window-choice.js';
