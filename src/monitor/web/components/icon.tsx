/** Paths on a 24 × 24 grid, drawn as lines. */
const paths = {
  overview: 'M3 12h4l3-8 4 16 3-8h4',
  tasks: 'M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01',
  names: 'M4 20V10M10 20V4M16 20v-7M22 20H2',
  workers: 'M7 7h10v10H7zM4 10h3M4 14h3M17 10h3M17 14h3M10 4v3M14 4v3M10 17v3M14 17v3',
  queues: 'M4 5h16v4H4zM4 11h16v4H4zM6 19h12',
  schedule: 'M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18ZM12 7v5l3 2',
  mail: 'M3 6h18v12H3zM3 7l9 6 9-6',
  analytics: 'M12 3v9h9M20.5 15A9 9 0 1 1 9 3.5',
  audit: 'M12 3l8 3v6c0 4.5-3.2 7.6-8 9-4.8-1.4-8-4.5-8-9V6zM9 12l2 2 4-4',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  play: 'M8 5.5v13l10.5-6.5z',
  clock: 'M12 20a8 8 0 1 1 0-16 8 8 0 0 1 0 16ZM12 8v4.5l2.5 1.5',
  retry: 'M20 5v5h-5M19.5 10A8 8 0 1 0 20 14',
  stop: 'M12 20a8 8 0 1 1 0-16 8 8 0 0 1 0 16ZM6.5 17.5l11-11',
  warning: 'M12 4L2.5 20h19zM12 10v4M12 17.2v.1',
  pause: 'M8 5v14M16 5v14',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  up: 'M6 15l6-6 6 6',
  down: 'M6 9l6 6 6-6',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  search: 'M10.5 17a6.5 6.5 0 1 1 0-13 6.5 6.5 0 0 1 0 13ZM15.5 15.5L21 21',
  columns: 'M4 5h16v14H4zM10 5v14M15 5v14',
  help: 'M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18ZM9.5 9.5a2.5 2.5 0 1 1 3.6 2.3c-.7.4-1.1.9-1.1 1.7M12 16.8v.1',
  light:
    'M12 16a4 4 0 1 1 0-8 4 4 0 0 1 0 8ZM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6L19 19M19 5l-1.4 1.4M6.4 17.6L5 19',
  dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  auto: 'M3 5h18v12H3zM8 21h8M12 17v4',
  enter: 'M10 4H5v16h5M21 12h-8M14 8l-4 4 4 4',
  leave: 'M14 4h5v16h-5M3 12h11M10 8l4 4-4 4',
  edit: 'M4 20h4L19.5 8.5l-4-4L4 16z',
};

export type IconName = keyof typeof paths;

/** A picture beside words; it says nothing to screen readers. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
