import type { ColumnType, GeneratedAlways } from 'kysely';

/** A key that PostgreSQL counts up; an int8, which the pool reads as a number. */
export type Id = GeneratedAlways<number>;

/**
 * A jsonb column. It is written as JSON text, because the driver would turn a bare array into a PostgreSQL array.
 * It is read as `T`, which nothing checks: it holds what this program wrote.
 */
export type JsonColumn<T> = ColumnType<T, string, string>;
export type NullableJsonColumn<T> = ColumnType<T | null, string | null | undefined, string | null>;

/** How far someone's career is, and how far a job or a course asks for it to be. */
export type Level = 'entry' | 'junior' | 'mid' | 'senior' | 'lead';
