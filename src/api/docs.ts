import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyContextConfig, FastifyInstance, FastifySchema } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { type ErrorCode, errorCatalogue } from '../errors.js';
import { errorResponse } from '../http/schemas.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The codes that this route may answer, beside those that every route may. */
    errors?: ErrorCode[];
    /** Whether the route asks for an access token. */
    authenticated?: boolean;
  }
}

const everyRoute: ErrorCode[] = ['REQUEST_INVALID', 'RATE_LIMITED', 'INTERNAL', 'DATABASE_UNREACHABLE'];
const authenticatedRoute: ErrorCode[] = ['TOKEN_MISSING', 'TOKEN_INVALID'];

/** The page's own scripts, styles and pictures; nothing from another host. Swagger UI sets styles in its elements. */
const contentSecurityPolicy =
  "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The error answers of a route, by status, each with the codes it stands for. */
function errorResponses(codes: ErrorCode[]): Record<number, object> {
  const responses: Record<number, { description: string; content: object }> = {};
  for (const code of codes) {
    const { http } = errorCatalogue[code];
    const others = responses[http] ? `${responses[http].description}, ` : '';
    responses[http] = { description: `${others}${code}`, content: { 'application/json': { schema: errorResponse } } };
  }
  return responses;
}

/** What a route's own description leaves to its configuration: who may call it, and what may go wrong. */
function complete(schema: FastifySchema, config: FastifyContextConfig | undefined): FastifySchema {
  const codes = [...(config?.errors ?? []), ...(config?.authenticated ? authenticatedRoute : []), ...everyRoute];
  return {
    ...schema,
    ...(config?.authenticated && { security: [{ bearer: [] }] }),
    response: { ...errorResponses(codes), ...(schema.response as object | undefined) },
  };
}

/** Only answers are named components here; the transformation lists each of them a second time, as an input. */
function withoutInputs(document: ReturnType<typeof jsonSchemaTransformObject>): typeof document {
  if (!('components' in document)) return document;
  const schemas = Object.entries(document.components?.schemas ?? {}).filter(([name]) => !name.endsWith('Input'));
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(schemas) } } as typeof document;
}

/** Describes every route that is registered afterwards as OpenAPI, at /docs and /docs/json. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Journeyman',
        description:
          'The career platform’s API. Lists are paged; every error has the shape `{ error: { code, message, fields? } }`.',
        version: '1',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: (document) => jsonSchemaTransform({ ...document, schema: complete(document.schema, document.route.config) }),
    transformObject: (document) => withoutInputs(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: contentSecurityPolicy });
}
