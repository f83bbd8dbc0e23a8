/**
 * The URL of a page of the platform. Throws when `target` leads anywhere else: to another host, out of the folder that
 * `frontendUrl` names, or to another scheme such as `javascript:`.
 *
 * @param frontendUrl The web pages' http:// or https:// URL, without a slash at its end.
 * @param target A path relative to it, such as `jobs/42?from=mail`.
 */
export function frontendLink(frontendUrl: string, target: string): string {
  const base = new URL(`${frontendUrl}/`);
  const url = new URL(target, base);
  if (!/^https?:$/.test(url.protocol) || !url.href.startsWith(base.href)) {
    throw new TypeError(`A mail may only link to pages under ${base.href}, not to "${target}".`);
  }
  return url.href;
}

/** The URL as it is. Throws when it is none of http:// or https://, such as `javascript:`. */
export function webLink(url: string): string {
  const { protocol } = new URL(url);
  if (!/^https?:$/.test(protocol)) throw new TypeError(`A mail may only link to web pages, not to "${protocol}".`);
  return url;
}
