import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { coded } from '../errors.js';

/** What mails are signed with. */
export interface DkimKey {
  domain: string;
  selector: string;
  /** PEM. */
  privateKey: string;
}

/**
 * Reads the key that mails are signed with; undefined without a domain, when they are not signed.
 * Throws SETTING_INVALID when the file cannot be read or holds no RSA key: nodemailer would send such mails unsigned.
 */
export function readDkimKey({
  domain,
  selector,
  file,
}: {
  domain?: string | undefined;
  selector: string;
  file?: string | undefined;
}): DkimKey | undefined {
  if (domain === undefined) return undefined;
  try {
    if (!file) throw new TypeError('There is no file.');
    const privateKey = readFileSync(file, 'utf8');
    if (createPrivateKey(privateKey).asymmetricKeyType !== 'rsa') throw new TypeError('The key is no RSA key.');
    return { domain, selector, privateKey };
  } catch (cause) {
    const allowed = 'a PEM file with the RSA private key for DKIM_DOMAIN';
    throw coded('SETTING_INVALID', { name: 'DKIM_PRIVATE_KEY_FILE', given: file ?? '', allowed }, { cause });
  }
}
