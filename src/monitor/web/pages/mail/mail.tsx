import type { ComponentChildren } from 'preact';
import type { MailDetail } from '../../../types/index.js';
import { Choice, CopyButton, Facts, Loaded, Nothing, Time } from '../../components/index.js';
import { navigate, usePlace, withQuery } from '../../lib/router.js';
import { useLoad } from '../../lib/use-load.js';

const views = [
  { value: 'html', label: 'HTML' },
  { value: 'text', label: 'Text' },
  { value: 'headers', label: 'Headers' },
  { value: 'source', label: 'Source' },
] as const;

const widths = [
  { value: 'desktop', label: 'Desktop' },
  { value: 'phone', label: 'Phone' },
] as const;

/** One mail, in one of its forms; which one, and how wide, stays in the URL from mail to mail. */
export function Mail({ id }: { id: string }) {
  const place = usePlace();
  const load = useLoad<MailDetail>(`api/mailbox/${encodeURIComponent(id)}`);
  return (
    <article class="card mail" aria-label="Mail">
      <a class="mail-back" href={withQuery(place, { mail: undefined })}>
        All mails
      </a>
      <Loaded of={load}>{(mail) => <Details mail={mail} />}</Loaded>
    </article>
  );
}

function Details({ mail }: { mail: MailDetail }) {
  const place = usePlace();
  const shown = views.filter(({ value }) => value !== 'html' || mail.hasHtml);
  const view = shown.find(({ value }) => value === place.query.get('view'))?.value ?? shown[0]!.value;
  const width = widths.find(({ value }) => value === place.query.get('width'))?.value ?? 'desktop';
  const set = (changes: Record<string, string>) => navigate(withQuery(place, changes), { replace: true });
  return (
    <>
      <header class="mail-head">
        <h2>{mail.subject || 'No subject'}</h2>
        <Facts items={factsOf(mail)} />
      </header>
      <div class="mail-tools">
        <Choice label="Form" value={view} options={shown} onChange={(next) => set({ view: next })} />
        {view === 'html' && (
          <div class="mail-width">
            <Choice label="Width" value={width} options={widths} onChange={(next) => set({ width: next })} />
          </div>
        )}
      </div>
      {view === 'html' ? <HtmlFrame id={mail.id} width={width} /> : <Plain mail={mail} view={view} />}
    </>
  );
}

const factsOf = ({ from, to, date }: MailDetail): [string, ComponentChildren][] => [
  ['From', from || <Nothing />],
  ['To', to || <Nothing />],
  ['Date', <Time at={date} exact />],
];

/** A mail may hold anything: the empty sandbox and the frame's own policy keep it from running scripts and from loading what is elsewhere. */
function HtmlFrame({ id, width }: { id: string; width: 'desktop' | 'phone' }) {
  return (
    <div class="mail-ground">
      <iframe
        class={`mail-frame mail-frame-${width}`}
        sandbox=""
        src={`api/mailbox/${encodeURIComponent(id)}/html`}
        title="The mail as HTML"
      />
    </div>
  );
}

function Plain({ mail, view }: { mail: MailDetail; view: 'text' | 'headers' | 'source' }) {
  if (view === 'headers') return <Headers headers={mail.headers} />;
  const text = view === 'text' ? mail.text : mail.source;
  if (!text) return <p class="card-body muted">It has no text form.</p>;
  return (
    <div class="mail-plain">
      <CopyButton text={text} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard */}
      <pre class={view === 'text' ? 'code mail-text' : 'code'} tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}

function Headers({ headers }: { headers: MailDetail['headers'] }) {
  return (
    <div class="mail-headers">
      <Facts items={Object.entries(headers).map(([name, value]) => [name, <code>{value}</code>])} />
    </div>
  );
}
