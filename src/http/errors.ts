import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { coded, type ErrorCode, errorCatalogue, JourneymanError } from '../errors.js';
import { isConnectionFault, type TaskLogger } from '../taskkit/index.js';

interface FrameworkError {
  statusCode: number;
  message: string;
}

const isClientFault = (error: unknown): error is FrameworkError =>
  error instanceof Error && 'statusCode' in error && Number(error.statusCode) >= 400 && Number(error.statusCode) < 500;

/** What was wrong with each field of a request that failed its schema, by the field's path; `body` when there is none at all. */
function fieldProblems(error: unknown): Record<string, string> | undefined {
  if (!hasZodFastifySchemaValidationErrors(error)) return undefined;
  return Object.fromEntries(
    error.validation.map(({ instancePath, message }) => [
      instancePath.slice(1).replaceAll('/', '.') || String(error.validationContext),
      message ?? 'not valid',
    ]),
  );
}

/** Every error as one of the catalogue. What is not known there is INTERNAL, with the original as its cause. */
function toCodedError(error: unknown, request: { id: string; contentType: string | undefined }): JourneymanError {
  if (error instanceof JourneymanError && error.http !== 500) return error;
  const fields = fieldProblems(error);
  if (fields) {
    const problems = Object.entries(fields).map(([field, problem]) => `${field}: ${problem}`);
    return coded('REQUEST_INVALID', { problems: problems.join('; ') }, { cause: error });
  }
  if (isClientFault(error)) {
    const { statusCode, message } = error;
    if (statusCode === 413) return coded('REQUEST_TOO_LARGE', { problems: message }, { cause: error });
    if (statusCode === 415) return coded('REQUEST_TYPE_UNSUPPORTED', { type: request.contentType ?? '' }, { cause: error });
    return coded('REQUEST_INVALID', { problems: message }, { cause: error });
  }
  if (isConnectionFault(error)) {
    return coded('DATABASE_UNREACHABLE', { address: 'DATABASE_URL', reason: (error as Error).message }, { cause: error });
  }
  return coded('INTERNAL', { requestId: request.id }, { cause: error });
}

/** What anybody may be told of an error. One that is not the caller's tells nothing of addresses, files or settings. */
export function publicError(code: string, message: string): { code: string; message: string } {
  const http = Object.hasOwn(errorCatalogue, code) ? errorCatalogue[code as ErrorCode].http : 500;
  if (http < 500) return { code, message };
  if (http === 500) return { code: 'INTERNAL', message: 'Something went wrong here. The log has the details.' };
  return { code, message: 'A service that this needs does not answer at the moment. Try again soon.' };
}

/** Answers every error of every route, and a path without a route, in the one shape of the API. */
export function answerErrors(app: FastifyInstance, log: TaskLogger): void {
  app.setErrorHandler(errorAnswerer(log));
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request) => {
    throw coded('ROUTE_NOT_FOUND', { method: request.method, path: pathOf(request) });
  });
}

/** The handler of errors; also Fastify's own need it, for a request that never reaches a route. */
export function errorAnswerer(log: TaskLogger): (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (error, request, reply) => {
    const known = toCodedError(error, { id: request.id, contentType: request.headers['content-type'] });
    if (known.http >= 500) {
      log.error(
        { err: known.cause ?? known, requestId: request.id, code: known.code },
        `${request.method} ${pathOf(request)} failed`,
      );
    }
    const fields = fieldProblems(error);
    const shown =
      known.code === 'INTERNAL' ? { code: known.code, message: known.message } : publicError(known.code, known.message);
    return reply
      .code(known.http)
      .type('application/json; charset=utf-8')
      .serializer(JSON.stringify)
      .send({ error: { ...shown, ...(fields && { fields }) } });
  };
}

/** The path of a request, without its query, which may hold what is not to be logged. */
export const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';
