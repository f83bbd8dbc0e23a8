import { randomUUID } from 'node:crypto';

/** What goes through kombu beside tasks: events, commands and replies. */
export interface Envelope {
  body: unknown;
  headers: Record<string, unknown>;
}

/** Writes a message as kombu does. */
export const writeEnvelope = ({ body, headers }: Envelope, exchange: string, routingKey: string): string =>
  JSON.stringify({
    body: Buffer.from(JSON.stringify(body)).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers,
    properties: {
      delivery_mode: 1,
      delivery_info: { exchange, routing_key: routingKey },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  });

/** Reads a message as kombu writes it. Throws SyntaxError or TypeError for what is none. */
export function readEnvelope(text: string): Envelope {
  const { body, headers, properties } = JSON.parse(text) as {
    body: string;
    headers?: Record<string, unknown>;
    properties?: { body_encoding?: string };
  };
  const json = properties?.body_encoding === 'base64' ? Buffer.from(body, 'base64').toString() : body;
  return { body: JSON.parse(json), headers: headers ?? {} };
}
